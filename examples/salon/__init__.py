"""A hair salon's own receipts of 2018, brought in, rewarded, checked and compared with a backtest (README.md)."""
