package io.foldserve.http;

import static io.foldserve.http.RawHttp.NEXT;
import static io.foldserve.http.RawHttp.PREDICT;
import static io.foldserve.http.RawHttp.connect;
import static io.foldserve.http.RawHttp.exchange;
import static io.foldserve.http.RawHttp.head;
import static io.foldserve.http.RawHttp.readHead;
import static io.foldserve.http.RawHttp.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as no HTTP library sends them, byte by byte over a socket. */
@QuarkusTest
class RawRequestsTest {
    private static final Path DIGIT = Path.of("models", "digits", "samples", "digit-3.png");

    @BeforeEach
    void ready() throws InterruptedException {
        ReadyService.await();
    }

    @Test
    void aClientThatAsksBeforeItSendsIsToldToContinueAtOnce() throws IOException {
        byte[] digit = Files.readAllBytes(DIGIT);
        try (Socket socket = connect()) {
            send(socket, head("POST", PREDICT, "Expect: 100-continue", "Content-Length: " + digit.length));
            assertThat(readHead(socket)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            socket.getOutputStream().write(digit);
            assertThat(readHead(socket)).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/none/predict", PREDICT + "?topK=0", PREDICT + "?topk=1"})
    void aClientThatAsksIsToldTheRefusalInstead(String target) throws IOException {
        try (Socket socket = connect()) {
            send(socket, head("POST", target, "Expect: 100-continue", "Content-Length: 5"));
            assertThat(readHead(socket)).startsWith("HTTP/1.1 40");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chunked, chunked",
                "xchunked",
                "identity, chunked",
                "chunked, identity",
                "gzip, chunked",
                "identity",
                "",
                "chunked\r\nTransfer-Encoding: chunked",
                "chunked\r\nTransfer-Encoding: identity"
            })
    void aTransferEncodingThatProxiesReadDifferentlyIsRefusedAndNothingBehindItIsRead(String coding)
            throws IOException {
        String answers = exchange(head("POST", PREDICT, "Transfer-Encoding: " + coding) + "0\r\n\r\n" + NEXT);
        assertThat(answers).startsWith("HTTP/1.1 400").contains("{\"error\":\"Transfer-Encoding is '");
        assertThat(answers).doesNotContain("HTTP/1.1 200").containsIgnoringCase("connection: close");
    }

    @Test
    void aTransferEncodingInHttp10IsRefused() throws IOException {
        String request = "POST " + PREDICT + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT;
        assertThat(exchange(request)).startsWith("HTTP/1.0 400").doesNotContain("200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5\r\nContent-Length: 6", "5\r\nContent-Length: 5", "+5", "-5", "5a", "5, 5", "0x5"})
    void aContentLengthThatProxiesReadDifferentlyIsRefusedAndNothingBehindItIsRead(String length) throws IOException {
        String answers = exchange(head("POST", PREDICT, "Content-Length: " + length) + "abcde" + NEXT);
        assertThat(answers).startsWith("HTTP/1.1 400").doesNotContain("HTTP/1.1 200");
    }

    @Test
    void aChunkedBodyIsReadInAnyCase() throws IOException {
        String body = "5\r\nabcde\r\n0\r\n\r\n";
        assertThat(exchange(head("POST", PREDICT, "Transfer-Encoding: Chunked") + body + NEXT))
                .startsWith("HTTP/1.1 415")
                .contains("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/%zz", "/v1/models/%e", "/v1/models?x=%zz", "//"})
    void aMalformedTargetIsRefused(String target) throws IOException {
        assertThat(exchange(head("GET", target, "Connection: close"))).startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET *", "OPTIONS *", "CONNECT x:80", "GET v1", "GET /q/none", "GET /v1"})
    void atAnOddTargetThereIsNothingAndItIsSaid(String start) throws IOException {
        assertThat(exchange(start + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404")
                .contains("{\"error\":");
    }

    @Test
    void aTargetOrHeadersThatAreTooLongAreRefusedWithAReason() throws IOException {
        assertThat(exchange(head("GET", "/" + "a".repeat(4096))))
                .startsWith("HTTP/1.1 414")
                .contains("{\"error\":\"the request target is longer than 4096 bytes\"}");
        assertThat(exchange(head("GET", "/v1/models", "A: " + "a".repeat(20_480))))
                .startsWith("HTTP/1.1 431")
                .contains("{\"error\":\"the headers hold more than 20480 bytes together\"}");
        assertThat(exchange(
                        head("GET", "/v1/models?" + "a".repeat(3000), "Connection: close", "A: " + "a".repeat(19_000))))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void aRequestForNoHostOrForTwoIsRefusedWithAReason() throws IOException {
        assertThat(exchange("GET /v1/models HTTP/1.1\r\n\r\n" + NEXT))
                .startsWith("HTTP/1.1 400")
                .contains("{\"error\":\"the request has 0 Host headers, expected one\"}")
                .doesNotContain("200 OK");
        assertThat(exchange(head("GET", "/v1/models", "Host: y") + NEXT))
                .startsWith("HTTP/1.1 400")
                .contains("{\"error\":\"the request has 2 Host headers, expected one\"}")
                .doesNotContain("200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {":", "/", "a/b;q=x", ",,;;", ";", "a/b/c", "*/*, :", ":, */*"})
    void anAcceptThatIsMalformedIsNoErrorOfTheService(String accept) throws IOException {
        for (String target : new String[] {"/v1/models/digits", "/v1/models/digits/variants/doconv/fold", "/v1/none"}) {
            assertThat(exchange(head("GET", target, "Connection: close", "Accept: " + accept)))
                    .containsPattern("^HTTP/1.1 (200|404|406)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {":", ";", "a/b/c;;=", "/"})
    void aContentTypeThatIsMalformedIsRefusedWithAReason(String type) throws IOException {
        assertThat(exchange(
                        head("POST", PREDICT, "Connection: close", "Content-Type: " + type, "Content-Length: 1") + "a"))
                .startsWith("HTTP/1.1 415")
                .contains("{\"error\":");
    }

    @Test
    void aFormOfNamesAndValuesIsNoPicture() throws IOException {
        String type = "Content-Type: application/x-www-form-urlencoded";
        assertThat(exchange(head("POST", PREDICT, "Connection: close", type, "Content-Length: 7") + "a=b&c=d"))
                .startsWith("HTTP/1.1 415")
                .contains("expected a JPEG, PNG, GIF, BMP, TIFF or WebP");
    }
}
