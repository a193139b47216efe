"""Gymnasium's recorder of videos takes what is rendered, a frame for each decision."""

import gymnasium
import pytest
from gymnasium.wrappers import RecordVideo

reader = pytest.importorskip(
    "moviepy", reason="RecordVideo needs it: pip install moviepy"
)
pytestmark = pytest.mark.extras

STEPS = 9
ACTIONS = {"json": {"verb": "wait", "payload": {"minutes": 1}}, "vector": 0}


@pytest.mark.parametrize("observation", ["json", "vector"])
def test_a_video_has_a_frame_for_each_decision(observation, tmp_path):
    folder = tmp_path / "videos"
    env = RecordVideo(
        gymnasium.make(
            "TestTimeGym/FlightBooking-v0",
            render_mode="rgb_array",
            observation=observation,
        ),
        str(folder),
        episode_trigger=lambda _number: True,
        disable_logger=True,
    )
    env.reset(seed=1)
    for _ in range(STEPS):
        env.step(ACTIONS[observation])
    env.close()

    (video,) = folder.glob("*.mp4")
    with reader.VideoFileClip(str(video)) as clip:
        assert clip.size == [640, 480]
        assert clip.fps == env.metadata["render_fps"]
        assert clip.duration == pytest.approx((STEPS + 1) / clip.fps)
