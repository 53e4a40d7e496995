"""Setting a fund up, step by step; the same forms amend its terms later."""
