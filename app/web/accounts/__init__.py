"""The pages of people, members, one's own account, sign-in and audit."""
