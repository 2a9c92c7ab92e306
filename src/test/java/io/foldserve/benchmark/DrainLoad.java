package io.foldserve.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that predict without a pause until nothing listens any more, half of them on a new connection for each
 * request, half on a kept one as long as the service does not end it: {@code -Druns=100 -Dclients=12 DrainLoad} ends
 * the service under them so often and prints what came. A request is lost that was sent on an open connection and got
 * no answer.
 */
public final class DrainLoad {
    private static final int PATIENCE_MILLIS = 30_000;

    private static final int BEFORE_MILLIS = 1_000;

    private final int port;
    private final byte[] picture;
    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
    private final List<Thread> threads = new ArrayList<>();

    private DrainLoad(int port, byte[] picture) {
        this.port = port;
        this.picture = picture;
    }

    /** Prints how many answers of each status came in each run, and how many requests were lost. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        for (int run = 1; run <= Integer.getInteger("runs", 10); run++) {
            DrainLoad load;
            try (Service service = Service.start(
                    Path.of("models"), "-Dfoldserve.parity.at-load=0s", "-Dfoldserve.fold.timing=false")) {
                load = start(service.address().getPort(), Integer.getInteger("clients", 12));
                Thread.sleep(BEFORE_MILLIS);
            }
            System.out.printf("run %d: %s%n", run, load.join());
        }
    }

    /** Starts {@code clients} clients of the service on {@code port}. */
    public static DrainLoad start(int port, int clients) throws IOException {
        DrainLoad load = new DrainLoad(port, Files.readAllBytes(Path.of("models", "digits", "samples", "digit-3.png")));
        for (int client = 0; client < clients; client++) {
            boolean kept = client % 2 == 0;
            load.threads.add(new Thread(() -> load.predictUntilRefused(kept)));
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    /** Waits until nothing listens any more, and says how many answers of each status came and how many were lost. */
    public Map<String, LongAdder> join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        return answers;
    }

    private void predictUntilRefused(boolean kept) {
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                boolean again = true;
                while (again) {
                    again = predict(socket, kept) && kept;
                }
            } catch (ConnectException refused) {
                return;
            } catch (IOException broken) {
                count((kept ? "kept" : "new") + " lost: " + broken.getMessage());
            }
        }
    }

    /** Whether the connection stays. */
    private boolean predict(Socket socket, boolean kept) throws IOException {
        String head = String.join(
                "\r\n",
                "POST /v1/models/digits/predict HTTP/1.1",
                "Host: x",
                "Content-Type: image/png",
                "Connection: " + (kept ? "keep-alive" : "close"),
                "Content-Length: " + picture.length,
                "",
                "");
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(picture);
        String answer = answer(socket.getInputStream());
        if (answer.isEmpty()) {
            count((kept ? "kept" : "new") + " lost: end of the connection");
            return false;
        }
        count(answer.substring(9, 12));
        return !answer.toLowerCase(Locale.ROOT).contains("\r\nconnection: close");
    }

    /** The head of one answer, whose body is read, or nothing. */
    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        in.skipNBytes(length.find() ? Long.parseLong(length.group(1)) : 0);
        return head.toString();
    }

    private void count(String answer) {
        answers.computeIfAbsent(answer, absent -> new LongAdder()).increment();
    }
}
