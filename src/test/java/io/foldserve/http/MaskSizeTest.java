package io.foldserve.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks in the size of the network and of the picture that was sent. */
@QuarkusTest
class MaskSizeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCENE = Path.of("models", "digit-scenes", "samples", "scene-1.png");
    private static final String SCENES = "/v1/models/digit-scenes/predict?variant=doconv";
    private static final int NETWORK = 96;
    private static final int WIDTH = 151;
    private static final int HEIGHT = 67;

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @Test
    void everyPixelOfThePictureHasTheClassOfTheNetworksPixelInWhichItsMiddleLies() throws IOException {
        int[] network = pixels(predict("image/png", ""), NETWORK, NETWORK);
        int[] expected = IntStream.range(0, WIDTH * HEIGHT)
                .map(i -> network[middle(i / WIDTH, HEIGHT) * NETWORK + middle(i % WIDTH, WIDTH)])
                .toArray();
        assertThat(IntStream.of(expected).distinct().count()).isGreaterThan(2);

        assertThat(pixels(predict("image/png", "&maskSize=input"), WIDTH, HEIGHT))
                .containsExactly(expected);
        JsonNode mask =
                JSON.readTree(predict("application/json", "&maskSize=input")).path("mask");
        assertThat(mask.path("width").asInt()).isEqualTo(WIDTH);
        assertThat(mask.path("height").asInt()).isEqualTo(HEIGHT);
        assertThat(expanded(mask.path("runs"))).containsExactly(expected);
        for (JsonNode area : mask.path("areas")) {
            int index = area.path("index").asInt();
            assertThat(area.path("pixels").asLong())
                    .isEqualTo(IntStream.of(expected).filter(c -> c == index).count());
        }
    }

    @Test
    void theOverlayShowsThePictureThatWasSent() throws IOException {
        int[] mask = pixels(predict("image/png", "&maskSize=input"), WIDTH, HEIGHT);
        BufferedImage overlay = read(predict("image/png", "&maskSize=input&render=overlay"));
        BufferedImage sent = scene();
        for (int i = 0; i < mask.length; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH;
            if (mask[i] == 0) {
                assertThat(overlay.getRGB(x, y)).isEqualTo(sent.getRGB(x, y));
            }
        }
        assertThat(mask).contains(0);
        assertThat(overlay.getWidth()).isEqualTo(WIDTH);
    }

    @Test
    void theNetworksSizeIsTheDefault() throws IOException {
        assertThat(predict("image/png", "&maskSize=network")).isEqualTo(predict("image/png", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INPUT", "picture"})
    void anotherSizeIsRefusedWithTheKnownOnes(String size) {
        given().post(SCENES + "&maskSize=" + size)
                .then()
                .statusCode(400)
                .body("error", equalTo("maskSize is '" + size + "', expected 'network' or 'input'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"network", "input"})
    void aClassifierHasNoMask(String size) {
        given().post("/v1/models/digits/predict?maskSize=" + size)
                .then()
                .statusCode(400)
                .body("error", equalTo("only a segmentation has a mask; leave maskSize out"));
    }

    private static int middle(int position, int length) {
        return (2 * position + 1) * NETWORK / (2 * length);
    }

    private static byte[] predict(String accept, String more) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(scene(), "png", file);
        return given().contentType("image/png")
                .accept(accept)
                .body(file.toByteArray())
                .post(SCENES + more)
                .then()
                .statusCode(200)
                .contentType(accept)
                .extract()
                .asByteArray();
    }

    /** A bundled scene in a size that no network has. */
    private static BufferedImage scene() throws IOException {
        BufferedImage scene = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = scene.createGraphics();
        graphics.drawImage(ImageIO.read(SCENE.toFile()), 0, 0, WIDTH, HEIGHT, null);
        graphics.dispose();
        return scene;
    }

    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static int[] pixels(byte[] png, int width, int height) throws IOException {
        BufferedImage image = read(png);
        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
        return image.getRaster().getSamples(0, 0, width, height, 0, (int[]) null);
    }

    private static int[] expanded(JsonNode runs) {
        return IntStream.range(0, runs.size() / 2)
                .flatMap(run -> IntStream.generate(() -> runs.get(2 * run).asInt())
                        .limit(runs.get(2 * run + 1).asInt()))
                .toArray();
    }
}
