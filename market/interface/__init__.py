"""What an agent may do and see, and the doors through which it does so."""
