package io.foldserve.serving;

import io.foldserve.session.ThreadProfile;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything about the service that can be set, under the prefix {@code foldserve}. Bounds are checked at start by
 * {@link ConfigCheck}.
 */
@ConfigMapping(prefix = "foldserve")
public interface ServingConfig {

    /**
     * The directory with one folder per model, or the folder of a single model. Default {@code models}, relative to the
     * working directory.
     */
    @WithDefault("models")
    Path models();

    /**
     * The folders that links in a model's folder may lead into, such as a download cache of weights. Default: none,
     * links out of a model's folder are refused.
     */
    @WithName("models.follow-links")
    Optional<List<Path>> followLinks();

    /**
     * How often the models' folders are looked at, 100 ms to 10 min: what changed, and then stayed the same for as
     * long, is loaded anew. Default: never, only on request.
     */
    @WithName("models.watch")
    Optional<Duration> watch();

    /**
     * When the service is ready: {@code served} (every model that can be loaded is, and at least one), {@code all}, or
     * the names of the models that must be, separated by commas. Default {@code served}.
     */
    @WithDefault("served")
    String readiness();

    /**
     * The directory of what the service writes down for itself: {@code experiments.mv.db}, the embedded store of
     * experiments. Made when there is something to write. Default {@code data}, relative to the working directory.
     */
    @WithDefault("data")
    Path data();

    /** Where experiments are kept. */
    Store store();

    /** How runs are spread over the cores. */
    Threads threads();

    /** The queue in front of the sessions. */
    Queue queue();

    /** Limits of one request. */
    Request request();

    /** How folds are decided. */
    Fold fold();

    /** The proof at load that the folded network computes what was trained. */
    Proof proof();

    /** The comparison of variants with their baseline. */
    Parity parity();

    /**
     * Whether a line about each request is logged, with its id, outcome, model, variant and stages. Default
     * {@code false}.
     */
    @WithDefault("false")
    boolean accessLog();

    /** Calls that change what is served, or measure anew. */
    Admin admin();

    /** Predictions. */
    Predict predict();

    /** The port for those who run the service. */
    Management management();

    /** How runs are spread over the cores. */
    interface Threads {
        /**
         * {@code adaptive} (all cores on a run that is alone, else one thread a run), {@code throughput} (one thread a
         * run, as many runs at a time as cores) or {@code latency} (all cores on one run, one run at a time). Default
         * {@code adaptive}.
         */
        @WithDefault("adaptive")
        ThreadProfile profile();

        /** The cores to size threads for, 1 to 1024. Default: the container's CPU quota, else the machine's cores. */
        OptionalInt processors();

        /**
         * Whether idle threads of a session burn CPU for a while instead of sleeping; only worth it for a process that
         * owns its cores. Default {@code false}.
         */
        @WithDefault("false")
        boolean spinning();
    }

    /** Where experiments are kept. */
    interface Store {
        /**
         * The JDBC URL of a PostgreSQL database, in which many processes add up what they count. Default: none, an
         * embedded store in {@link ServingConfig#data}, for one process.
         */
        Optional<String> url();

        /** The database's user. Default: the one in the URL. */
        Optional<String> user();

        /** The user's password. Default: the one in the URL. */
        Optional<String> password();

        /** How many answers are kept for feedback, the newest, 100 to 10 million. Default 100000. */
        @WithDefault("100000")
        int answers();
    }

    /** The queue in front of the sessions. */
    interface Queue {
        /**
         * How long a request may be expected to wait for a worker, 1 ms to 10 min; where it would be longer it is
         * answered 429, as where it could not be done within its deadline. Default: what the deadline leaves.
         */
        Optional<Duration> maxWait();

        /**
         * What all requests may hold of memory together, 1 MB to 1 TB: bodies, decoded pictures, what decoders keep
         * beside them, tensors and answers; never more than a third of the heap. More are answered 429, and a request
         * that alone would hold more 413. Default 512 MB.
         */
        @WithDefault("512M")
        MemorySize maxBytes();
    }

    /** Limits of one request. */
    interface Request {
        /**
         * The time within which a request's body arrives, else 408, and after that the request is answered, else 504; 1
         * ms to 10 min. Default 10 s.
         */
        @WithDefault("10s")
        Duration deadline();

        /** The largest body, 1 kB to 1 GB; more is answered 413. Default 10 MB. */
        @WithDefault("10M")
        MemorySize maxBody();

        /**
         * The most pixels of an image, decided by its header before it is decoded, 1 to 500 million; more is answered
         * 413. An image takes 1 to 15 bytes a pixel of {@link Queue#maxBytes} while it is decoded, and 7 more while an
         * overlay in its size is made. Default 25 million.
         */
        @WithDefault("25000000")
        int maxPixels();
    }

    /** How folds are decided. */
    interface Fold {
        /**
         * Whether operators are timed on this machine, once, and near-ties each time, to decide which exact alternative
         * is the fastest; else generic costs decide, alike on every machine. Only networks with alternatives are timed.
         * Default {@code true}.
         */
        @WithDefault("true")
        boolean timing();

        /**
         * The directory in which measured costs are kept. Default: {@code foldserve} in the user's cache directory, or
         * in that for temporary files where there is none.
         */
        Optional<Path> costCache();
    }

    /** The proof at load that the folded network computes what was trained. */
    interface Proof {
        /**
         * The largest difference of an output that is still rounding, relative to the largest magnitude among the
         * outputs; 0 to 1. Default 2e-5: float32 rounds each step by up to 6e-8, and some hundred of them add up along
         * a deep network, while a wrong fold shows above 1e-3.
         */
        @WithDefault("2e-5")
        double tolerance();

        /** How many seeded probe images are run, 1 to 64. Default 4. */
        @WithDefault("4")
        int probes();
    }

    /** The comparison of variants with their baseline. */
    interface Parity {
        /** How long latencies are compared soon after a load, per variant, up to 10 min; 0 skips it. Default 500 ms. */
        @WithDefault("500ms")
        Duration atLoad();

        /**
         * How long each variant is timed at most, in idle moments after the start, for its certificate of parity, up to
         * 10 min; 0 skips it. Default 2 min.
         */
        @WithDefault("2m")
        Duration certificate();

        /** How long latencies are compared on request, per variant, 1 ms to 10 min. Default 5 s. */
        @WithDefault("5s")
        Duration onRequest();
    }

    /** Calls that change what is served, or measure anew. */
    interface Admin {
        /**
         * The token that they need as {@code Authorization: Bearer …}: 16 to 512 letters, digits and {@code -._~+/=}.
         * Default: none.
         */
        Optional<String> token();

        /**
         * Whether, where there is neither a token nor a management port, users of the service's own machine may make
         * them. Default {@code true}.
         */
        @WithDefault("true")
        boolean local();
    }

    /** Predictions. */
    interface Predict {
        /** The token that they need, of the same kind; the admin calls' token will do as well. Default: none. */
        Optional<String> token();
    }

    /** The port for those who run the service. */
    interface Management {
        /**
         * The port, 1 to 65535, on which alone health, metrics and admin calls are answered. Default: none, they are
         * answered on the public one.
         */
        OptionalInt port();
    }
}
