"""Reading only: what the figures say."""
