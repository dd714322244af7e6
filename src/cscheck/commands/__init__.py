"""The commands of ``cscheck``, one module each."""
