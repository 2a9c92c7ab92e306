package io.foldserve.http;

import static io.foldserve.http.RawHttp.NEXT;
import static io.foldserve.http.RawHttp.PREDICT;
import static io.foldserve.http.RawHttp.connect;
import static io.foldserve.http.RawHttp.exchange;
import static io.foldserve.http.RawHttp.head;
import static io.foldserve.http.RawHttp.readHead;
import static io.foldserve.http.RawHttp.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Before the packaged service: what is no request is answered with a reason, as far as HTTP/1.1 allows, and is the last
 * on its connection.
 */
class UnreadableRequestsIT {
    private static ServiceProcess service;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        service = ServiceProcess.ready("foldserve.parity.at-load=0s", "foldserve.fold.timing=false");
        RestAssured.port = service.port();
    }

    @AfterAll
    static void stop() throws IOException {
        assertThat(service.log()).doesNotContain("ERROR", "\tat ");
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\nabcde\r\n0\r\n\r\n",
                "\r\nabcde\r\n0\r\n\r\n",
                "0x5\r\nabcde\r\n0\r\n\r\n",
                "fffffffffffffffff\r\nabcde\r\n",
                "5;a=b\nabcde\r\n0\r\n\r\n",
                "5\nabcde\n0\n\n",
                "5\r\nabcdefgh\r\n0\r\n\r\n",
                "5\r\nabcde\r\n0\r\nno trailer\r\n\r\n"
            })
    void aBodyOfMalformedChunksIsRefusedWithAReasonAndNothingBehindItIsRead(String body) throws IOException {
        assertThat(exchange(head("POST", PREDICT, "Transfer-Encoding: chunked") + body + NEXT))
                .startsWith("HTTP/1.1 400")
                .contains("{\"error\":\"the chunks of the body are malformed, expected each to be its length")
                .containsIgnoringCase("foldserve-request-id: ")
                .containsIgnoringCase("connection: close")
                .doesNotContain("200 OK");
    }

    @Test
    void aBodyOfMalformedChunksBehindAnsweredRequestsIsRefusedToo() throws IOException {
        String first = "GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n";
        try (Socket socket = connect()) {
            send(socket, first);
            assertThat(readHead(socket)).startsWith("HTTP/1.1 200");
            send(socket, head("POST", PREDICT, "Transfer-Encoding: chunked") + "zz\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("HTTP/1.1 400", "{\"error\":\"the chunks");
        }
    }

    @Test
    void aClientThatGoesOnSendingStillReadsTheRefusal() throws IOException {
        try (Socket socket = connect()) {
            send(socket, head("POST", PREDICT, "Transfer-Encoding: chunked") + "zz\r\n");
            for (int i = 0; i < 100; i++) {
                send(socket, "a".repeat(10_000));
            }
            assertThat(readHead(socket)).startsWith("HTTP/1.1 400");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\1\2GET ", "   GET ", "\0GET ", "\t", "\u00ff\u00fe", "\r\n\0GET ", "\u007fGET "})
    void bytesBeforeTheMethodAreRefused(String before) throws IOException {
        assertThat(exchange(before + "/v1/models HTTP/1.1\r\nHost: x\r\n\r\n" + NEXT))
                .startsWith("HTTP/1.1 400")
                .contains("{\"error\":\"the request begins with other bytes than a method's\"}")
                .containsIgnoringCase("foldserve-request-id: ")
                .doesNotContain("200 OK");
    }

    @Test
    void whatIsWrongWithALengthOrAHostIsSaid() throws IOException {
        assertThat(exchange(head("POST", PREDICT, "Content-Length: -5")))
                .contains("{\"error\":\"Content-Length is '-5', expected one whole number of bytes\"}");
        assertThat(exchange("GET /v1/models HTTP/1.1\r\nHost: a b/c\r\n\r\n"))
                .contains("{\"error\":\"Host is 'a b/c', expected a name or an address, and a port\"}");
        for (String target : new String[] {"/%zz", "/v1/models/%e", "/v1/models?x=%", "/v1/models/digits/%1g"}) {
            assertThat(exchange(head("GET", target, "Connection: close")))
                    .startsWith("HTTP/1.1 400")
                    .contains("{\"error\":\"the request target has a '%' without two hexadecimal digits behind it\"}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/v1/models/%e; a '%' without two hexadecimal digits behind it",
                "/v1/models/{x}; a '{' at character 12, expected it as %7B",
                "/v1/models?x=a|b; a '|' at character 15, expected it as %7C",
                "/v1/models/[; a '[' at character 12, expected it as %5B"
            })
    void aMalformedTargetIsRefusedAlikeUnderBothProtocols(String target, String why) throws Exception {
        String sentence = "{\"error\":\"the request target has %s\"}".formatted(why);

        assertThat(exchange(head("GET", target, "Connection: close")))
                .startsWith("HTTP/1.1 400")
                .contains(sentence);
        assertThat(overHttp2(target)).isEqualTo("400 " + sentence);
    }

    private static String overHttp2(String target) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return vertx.createHttpClient(new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false))
                    .request(HttpMethod.GET, service.port(), "localhost", target)
                    .compose(HttpClientRequest::send)
                    .compose(answer -> answer.body().map(body -> answer.statusCode() + " " + body))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void emptyLinesBeforeARequestAreNone() throws IOException {
        assertThat(exchange("\r\n\r\n" + NEXT)).startsWith("HTTP/1.1 200");
    }

    @Test
    void aClientThatSpeaksTlsIsToldAtOnce() throws IOException {
        assertThat(exchange("\u0016\3\1\0\u00c8\1\0\0\u00c4\3\3" + "a".repeat(190)))
                .startsWith("HTTP/1.1 400")
                .contains("write http:// in place of https://");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "GET",
                "GET /v1/models",
                "SSH-2.0-OpenSSH_9",
                "GET /v1/models HTTP/1.1 x",
                "G(T / HTTP/1.1"
            })
    void aRequestLineThatIsNoneIsRefusedWithItsForm(String line) throws IOException {
        assertThat(exchange(line + "\r\nHost: x\r\n\r\n" + NEXT))
                .startsWith("HTTP/1.1 400")
                .containsPattern("\"error\":\"the request (line is malformed|is of another version)")
                .doesNotContain("200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no header", "a : b", ": b", "a(b: c", "a: b\0c", "a: b\rc"})
    void aHeaderThatIsNoneIsRefusedWithItsForm(String header) throws IOException {
        assertThat(exchange(head("GET", "/v1/models", header) + NEXT))
                .startsWith("HTTP/1.1 400")
                .contains("\"error\":\"a header is malformed, expected 'Name: value'")
                .doesNotContain("200 OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/models HTTP/1.1\r\n\r\n",
                "GET /v1/models HTTP/1.1\r\nHost: a b/c\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/models/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/models?%zz=1 HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void whatIsRefusedBeforeItIsRoutedHasAName(String request) throws IOException {
        assertThat(exchange(request))
                .startsWith("HTTP/1.1 4")
                .contains("{\"error\":")
                .containsIgnoringCase("foldserve-request-id: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!!!", "AAM", "AAX_____"})
    void anUpgradeWithSettingsThatAreNoneIsRefused(String settings) throws IOException {
        assertThat(exchange(upgrade("Upgrade, HTTP2-Settings", "HTTP2-Settings: " + settings) + NEXT))
                .startsWith("HTTP/1.1 400")
                .contains("{\"error\":\"HTTP2-Settings is no list of HTTP/2's settings")
                .doesNotContain("200 OK");
    }

    @ParameterizedTest
    @CsvSource({
        "'Upgrade, HTTP2-Settings, close', X: y",
        "'Upgrade, close', HTTP2-Settings: AAMAAABk",
        "'HTTP2-Settings, close', HTTP2-Settings: AAMAAABk",
        "'Upgrade, HTTP2-Settings, close', 'HTTP2-Settings: AAMAAABk\r\nHTTP2-Settings: AAMAAABk'"
    })
    void anUpgradeThatMayNotBeGrantedIsLeftOut(String connection, String settings) throws IOException {
        try (Socket socket = connect()) {
            send(socket, upgrade(connection, settings.replace("\\r\\n", "\r\n")));
            assertThat(readHead(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void anUpgradeIsGranted() throws IOException {
        try (Socket socket = connect()) {
            send(socket, upgrade("Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk"));
            assertThat(readHead(socket)).startsWith("HTTP/1.1 101");
        }
    }

    private static String upgrade(String connection, String settings) {
        return head("GET", "/v1/models", "Connection: " + connection, "Upgrade: h2c", settings);
    }

    @Test
    void damagedFramesCloseTheirConnectionAndNoOther() throws IOException {
        try (Socket other = connect()) {
            send(other, "GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(readHead(other)).startsWith("HTTP/1.1 200");
            for (String junk : new String[] {
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u00ff".repeat(100),
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\5\1\4\0\0\0\1abcde",
                "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
                "PRI * HTTP/2.0\n\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
            }) {
                assertThat(exchange(junk)).doesNotContain("HTTP/1.1 200", "HTTP/2.0");
            }
            send(other, NEXT);
            assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("HTTP/1.1 200");
        }
    }
}
