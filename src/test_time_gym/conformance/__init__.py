"""The parts of `test_time_gym.testing`: one check per file."""
