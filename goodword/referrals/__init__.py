"""Referral links, referrals and their stages."""
