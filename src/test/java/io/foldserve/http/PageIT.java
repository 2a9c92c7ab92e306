package io.foldserve.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page as people use it, in a real Chromium; needs Debian's {@code chromium} and {@code chromium-driver}. */
@Tag("browser")
class PageIT {
    private static ServiceProcess service;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        service = ServiceProcess.ready("foldserve.fold.timing=false");
        browser = Browser.on(service.port());
    }

    @AfterAll
    static void stop() throws IOException {
        browser.close();
        service.close();
    }

    @BeforeEach
    void reset() {
        browser.reset();
    }

    @Test
    void aChosenFileIsAnsweredByEveryVariantWithTheOthersBarsBehind() {
        browser.open("/?model=digits");
        browser.find("#image").sendKeys(ServiceProcess.DIGIT.toAbsolutePath().toString());
        browser.await(".answer .bars");

        assertThat(browser.all(".answer .best")).extracting(WebElement::getText).containsExactly("3", "3");
        assertThat(browser.find(".agreement").getText()).startsWith("agree doconv and baseline give the same class");
        assertThat(browser.all(".answer[data-variant=doconv] .ghost"))
                .hasSameSizeAs(browser.all(".answer[data-variant=doconv] .value"));
        assertThat(browser.find(".answer .figure").getText()).isEqualTo("99.9 %");
        assertThat(browser.all(".stages tbody th"))
                .extracting(WebElement::getText)
                .containsExactly("queue", "decode", "preprocess", "infer", "postprocess");
        assertThat(browser.focused().getAttribute("id")).isEqualTo("result");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aDroppedFileIsAnswered() {
        browser.open("/?model=digit-scenes");
        browser.drop(ServiceProcess.SCENE, "#drop");
        browser.await(".answer canvas");
        assertThat(browser.find("#result-title").getText()).isEqualTo("What digit-scenes says");
    }

    @Test
    void aPastedPictureIsAnswered() {
        browser.open("/?model=digits");
        browser.pasteOnePixel();
        assertThat(browser.await(".answer .bars").isDisplayed()).isTrue();
    }

    @Test
    void aClickedSampleIsAnsweredInPlaceAndMarked() {
        browser.open("/?model=digits");
        browser.find(".samples a[data-sample$='digit-7.png']").click();
        assertThat(browser.await(".answer .best").getText()).isEqualTo("7");
        assertThat(browser.url()).isEqualTo("/?model=digits");
        assertThat(browser.find(".samples a[aria-current]").getAttribute("href"))
                .contains("digit-7.png");
    }

    @Test
    void whatIsNoPictureIsRefusedWithTheReason(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("<b>notes.png"), "no picture");
        browser.open("/?model=digits");
        browser.find("#image").sendKeys(file.toString());
        assertThat(browser.await("#result .error").getText())
                .startsWith("expected a JPEG, PNG, GIF, BMP, TIFF or WebP, found 10 bytes");
        assertThat(browser.find("#result .error").getAttribute("role")).isEqualTo("alert");
        assertThat(browser.all(".answer")).isEmpty();
    }

    @Test
    void theMasksClassesOpacityAndDifferencesAreToggled() {
        browser.open("/?model=digit-scenes&sample=scene-1.png");
        browser.await(".answer canvas");
        Object shown = drawing();

        browser.find("input.class[value='1']").click();
        Object withoutZero = drawing();
        assertThat(withoutZero).isNotEqualTo(shown);
        browser.find("input.class[value='1']").click();
        assertThat(drawing()).isEqualTo(shown);

        browser.find("#opacity").sendKeys(Keys.HOME);
        Object picture = drawing();
        assertThat(picture).isNotEqualTo(shown);
        browser.find("#opacity").sendKeys(Keys.END);
        browser.find("#differs").click();
        assertThat(drawing()).isNotEqualTo(shown).isNotEqualTo(picture);
        assertThat(differing()).isGreaterThan(10);
        assertThat(browser.complaints()).isEmpty();
    }

    private Object drawing() {
        return browser.script("return document.querySelector('.answer canvas').toDataURL()");
    }

    /** How many pixels have the colour of a difference. */
    private long differing() {
        return (Long) browser.script("const canvas = document.querySelector('.answer canvas');"
                + "const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
                + "let found = 0; for (let i = 0; i < all.length; i += 4) {"
                + "found += all[i] === 214 && all[i + 1] === 0 && all[i + 2] === 126 ? 1 : 0; } return found;");
    }

    @Test
    void feedbackIsTakenWhereTheServiceHasAnExperimentAndHiddenElsewhere() throws InterruptedException {
        boolean offered = service.status("/v1/models/digits/experiment") == 200;
        browser.open("/?model=digits");
        browser.find(".samples a[data-sample$='digit-7.png']").click();
        browser.await(".answer .bars");
        if (offered) {
            browser.await("#feedback button").click();
            browser.awaitText("#feedback-status", "Thank you.");
        }
        assertThat(browser.find("#feedback").isDisplayed()).isEqualTo(offered);
        assertThat(browser.all(".experiment").stream().anyMatch(WebElement::isDisplayed))
                .isEqualTo(offered);
    }

    @ParameterizedTest
    @CsvSource({"1200,light", "1200,dark", "390,light", "390,dark"})
    void nothingReachesOutOfTheWindow(int width, String scheme) throws IOException {
        browser.viewport(width, 844);
        browser.dark(scheme.equals("dark"));
        for (String sample : List.of("digits&sample=photo-5.jpg", "digit-scenes&sample=scene-1.png")) {
            browser.open("/?model=" + sample);
            browser.await(sample.startsWith("digits") ? ".answer .bars" : ".answer canvas");
            String name = "%s-%d-%s".formatted(sample.replaceFirst("&.*", ""), width, scheme);
            assertThat(browser.photograph(name)).isNotEmptyFile();
            assertThat(browser.overhang()).as(name).isZero();
        }
        assertThat(browser.script("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo(scheme.equals("dark") ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)");
    }

    @Test
    void withoutScriptsAFileIsUploadedAndASampleFollowed() {
        browser.scripts(false);
        browser.open("/?model=digit-scenes");
        assertThat(browser.find("#camera").isDisplayed()).isFalse();
        browser.find("#image").sendKeys(ServiceProcess.SCENE.toAbsolutePath().toString());
        browser.find("#form button").click();
        assertThat(browser.await(".answer img.mask").isDisplayed()).isTrue();
        assertThat(browser.url()).isEqualTo("/v1/models/digit-scenes/compare");
        assertThat(browser.find(".static img").isDisplayed()).isTrue();
        assertThat(browser.find("#opacity").isDisplayed()).isFalse();

        assertThat(browser.find(".card[data-model=digits] .verdict").getText()).startsWith("undecided");
        browser.find(".choice a[href='/?model=digits']").click();
        browser.find(".samples a[data-sample$='digit-4.png']").click();
        assertThat(browser.await(".answer .best").getText()).isEqualTo("4");
        assertThat(browser.find("#feedback").isDisplayed()).isFalse();
    }

    @Test
    void theKeyboardAloneReachesASampleAndItsAnswer() {
        browser.open("/?model=digits");
        browser.press(Keys.TAB);
        assertThat(browser.focused().getText()).isEqualTo("Skip to the form");
        for (int i = 0; i < 60 && browser.focused().getAttribute("data-sample") == null; i++) {
            browser.press(Keys.TAB);
            assertThat(browser.script("return document.activeElement.matches(':focus-visible')"))
                    .isEqualTo(true);
        }
        browser.press(Keys.ENTER);
        assertThat(browser.await(".answer .best").getText()).isEqualTo("0");
        assertThat(browser.focused().getAttribute("id")).isEqualTo("result");
    }

    @Test
    void everyControlAndPictureHasAName() {
        browser.open("/?model=digit-scenes&sample=scene-1.png");
        browser.await(".answer canvas");
        for (WebElement control : browser.all("a, button, input, select, img, canvas, svg[role=img]")) {
            if (control.isDisplayed()) {
                assertThat(control.getAccessibleName())
                        .as(control.getAttribute("outerHTML"))
                        .isNotBlank();
            }
        }
        assertThat(browser.find("#status").getAttribute("aria-live")).isEqualTo("polite");
    }

    @Test
    void linksLeadToTheFoldReportAndBack() {
        browser.open("/?model=digits");
        assertThat(browser.find("a[href='/v1/models/digits/variants/doconv/onnx']")
                        .getText())
                .startsWith("Folded network")
                .endsWith("(ONNX)");
        browser.find("a[href='/v1/models/digits/variants/doconv/fold']").click();
        assertThat(browser.await("h1").getText()).contains("digits").contains("doconv");
        browser.find("a[href='/?model=digits']").click();
        assertThat(browser.await("#form").isDisplayed()).isTrue();
    }

    @Test
    void theCallsAreTriedOutInSwaggerUi() {
        browser.open("/q/swagger-ui/");
        browser.awaitText(".opblock-summary-path", "compare");
    }
}
