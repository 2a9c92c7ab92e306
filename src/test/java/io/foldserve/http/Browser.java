package io.foldserve.http;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium, as Debian installs it with its driver, without a window, on the service's page. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /** Warns that it knows no typed form of this Chromium's own protocol, which is not used. */
    private static final Logger DRIVER_LOG = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;
    private final String origin;

    private Browser(ChromeDriver driver, String origin) {
        this.driver = driver;
        this.origin = origin;
    }

    /** A browser for the service on {@code port}. */
    static Browser on(int port) {
        DRIVER_LOG.setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService driver = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                .build();
        return new Browser(new ChromeDriver(driver, options), "http://127.0.0.1:" + port);
    }

    /** A large window, a light page, scripts, and no complaints yet. */
    void reset() {
        viewport(1200, 900);
        dark(false);
        scripts(true);
        complaints();
    }

    /** Gives the page {@code width × height} CSS pixels. */
    void viewport(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** Prefers a dark page, or a light one. */
    void dark(boolean dark) {
        Map<String, String> scheme = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
    }

    /** Runs the scripts of pages from now on, or none. */
    void scripts(boolean enabled) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !enabled));
    }

    void open(String path) {
        driver.get(origin + path);
    }

    String url() {
        return driver.getCurrentUrl().substring(origin.length());
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** The element once it is shown. */
    WebElement await(String selector) {
        return await(selector, WebElement::isDisplayed);
    }

    /** Waits until an element that {@code selector} finds says {@code text}. */
    void awaitText(String selector, String text) {
        await(selector, element -> element.getText().contains(text));
    }

    private WebElement await(String selector, Predicate<WebElement> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Optional<WebElement> found = now(selector, wanted);
        while (found.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            found = now(selector, wanted);
        }
        return found.orElseThrow(
                () -> new AssertionError("%s was never as expected on %s".formatted(selector, driver.getCurrentUrl())));
    }

    private Optional<WebElement> now(String selector, Predicate<WebElement> wanted) {
        try {
            return all(selector).stream().filter(wanted).findFirst();
        } catch (StaleElementReferenceException replaced) {
            // The page has another in its place, which the next look finds.
            return Optional.empty();
        }
    }

    /** Drops {@code file} on the element, as a person does from a file manager. */
    void drop(Path file, String selector) {
        int x = number("return Math.round(document.querySelector('%s').getBoundingClientRect().x) + 20", selector);
        int y = number("return Math.round(document.querySelector('%s').getBoundingClientRect().y) + 10", selector);
        Map<String, Object> dragged = Map.of(
                "items", List.of(), "files", List.of(file.toAbsolutePath().toString()), "dragOperationsMask", 1);
        for (String step : List.of("dragEnter", "dragOver", "drop")) {
            driver.executeCdpCommand("Input.dispatchDragEvent", Map.of("type", step, "x", x, "y", y, "data", dragged));
        }
    }

    private int number(String script, String selector) {
        return ((Number) driver.executeScript(script.formatted(selector))).intValue();
    }

    /** Pastes a picture of one black pixel, as it comes from the clipboard. */
    void pasteOnePixel() {
        driver.executeScript("const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;"
                + "canvas.toBlob(blob => { const data = new DataTransfer();"
                + "data.items.add(new File([blob], 'pasted.png', {type: 'image/png'}));"
                + "document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); })");
    }

    /** Presses keys where the focus is. */
    void press(Keys... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** The element that has the focus. */
    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** How many CSS pixels the page is wider than the window. */
    long overhang() {
        return (Long) driver.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }

    /** What went wrong on the page, but for calls that are not there. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("the server responded with a status of 4"))
                .toList();
    }

    /** Writes what the whole page looks like to {@code target/screenshots}. */
    Path photograph(String name) throws IOException {
        Path file = Files.createDirectories(Path.of("target", "screenshots")).resolve(name + ".png");
        Map<String, Object> shot = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        return Files.write(file, Base64.getDecoder().decode((String) shot.get("data")));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
