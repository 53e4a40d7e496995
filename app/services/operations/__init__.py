"""What whoever runs the site needs: backups, fingerprints, readiness."""
