"""A real browser for tests of pages: headless, offline, and told to complain."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

SECONDS = 60
"""For which a page is waited for."""


@dataclass
class Browser:
    """A browser in which pages are opened from files."""

    driver: object
    folder: Path
    opened: int = 0

    def open(self, page, place="", *, size=(1280, 900)):
        """Open a page (bytes or a file) at `#place`; wait until it is drawn."""
        if isinstance(page, bytes):
            self.opened += 1
            file = self.folder / f"page-{self.opened}.html"
            file.write_bytes(page)
        else:
            file = Path(page).resolve()
        self.driver.set_window_size(*size)
        self.driver.get("about:blank")
        self.complaints()
        self.driver.get(file.as_uri() + (f"#{place}" if place else ""))
        self.wait("window.READY === true || !document.getElementById('problem').hidden")
        assert self.run("document.getElementById('problem').textContent") == ""

    def run(self, expression):
        """Return what an expression of JavaScript is."""
        return self.driver.execute_script(f"return {expression}")

    def wait(self, expression):
        """Wait until an expression is true."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, SECONDS, 0.05).until(lambda _: self.run(expression))

    def find(self, selector):
        """Return the first element that a selector of CSS gives."""
        return self.driver.find_element("css selector", selector)

    def text(self, selector="main"):
        """Return the text that is to be read in an element."""
        return self.find(selector).text

    def press(self, *keys):
        """Press keys, as someone does who has clicked nothing."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def complaints(self):
        """Return what the console has said since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def shot(self, file):
        """Keep a picture of the window."""
        self.driver.save_screenshot(str(file))


@pytest.fixture(scope="session")
def driver():
    """One browser for all tests; where there is none they are skipped."""
    pytest.importorskip("selenium", reason="make test-browser installs selenium")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip(
            "no chromium with its chromedriver here: "
            "apt-get install chromium chromium-driver"
        )
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    # No host has an address: a request of a page would fail, and be told.
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(chromedriver))
    browser.set_script_timeout(2 * SECONDS)
    yield browser
    browser.quit()


@pytest.fixture
def browser(driver, tmp_path):
    """Return a browser that has complained of nothing when the test is over."""
    opened = Browser(driver, tmp_path)
    yield opened
    assert opened.complaints() == []
