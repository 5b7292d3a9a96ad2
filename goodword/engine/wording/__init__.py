"""Programmes and decisions in plain words: English, Swedish, Arabic."""
