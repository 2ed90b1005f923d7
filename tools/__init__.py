"""What developers run: the local stack."""
