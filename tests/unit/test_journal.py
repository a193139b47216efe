"""The journal."""
def test_x(): 
    from test_time_gym.market.journal import genesis
    assert genesis()
