package io.foldserve.serving;

import io.foldserve.fold.cost.CostSource;
import io.foldserve.serving.calibration.CostCache;
import io.foldserve.serving.calibration.MachineCosts;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ReadinessPolicy;
import io.foldserve.serving.experiment.Experiments;
import io.foldserve.serving.gate.LoadGate;
import io.foldserve.serving.life.AfterLoad;
import io.foldserve.serving.life.FolderWatch;
import io.foldserve.serving.life.ModelFolders;
import io.foldserve.serving.life.ModelLife;
import io.foldserve.serving.life.Repository;
import io.foldserve.serving.life.Samples;
import io.foldserve.serving.load.LoadPipeline;
import io.foldserve.serving.load.LoadProgress;
import io.foldserve.serving.load.ModelLoader;
import io.foldserve.serving.meter.ExperimentMeters;
import io.foldserve.serving.meter.MeterName;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.serving.meter.VariantMeters;
import io.foldserve.serving.parity.Certifier;
import io.foldserve.serving.parity.Parity;
import io.foldserve.serving.request.Cores;
import io.foldserve.serving.request.MemoryBudget;
import io.foldserve.serving.request.PredictionService;
import io.foldserve.serving.request.RequestQueue;
import io.foldserve.serving.store.ExperimentStore;
import io.foldserve.serving.store.StoreAddress;
import io.foldserve.session.CpuQuota;
import io.foldserve.session.SessionSettings;
import io.foldserve.task.image.ImageLimits;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Makes the service's parts from its configuration and ties them to the container's life: loading begins in the
 * background at start, so that the probes are answered meanwhile; at the end the queue is drained before the sessions
 * are released.
 */
@ApplicationScoped
class ServingWiring {
    private static final Logger LOG = Logger.getLogger(ServingWiring.class);

    @Produces
    @Singleton
    Catalogue catalogue() {
        return new Catalogue();
    }

    @Produces
    @Singleton
    ReadinessPolicy readiness(ServingConfig config) {
        return ReadinessPolicy.of(config.readiness());
    }

    @Produces
    @Singleton
    LoadProgress loadProgress() {
        return new LoadProgress();
    }

    @Produces
    @Singleton
    LoadGate loadGate(ServingConfig config) {
        return new LoadGate(cores(config), Runtime.getRuntime().maxMemory() / 2);
    }

    @Produces
    @Singleton
    ModelLife modelLife(
            ServingConfig config, Catalogue catalogue, LoadObserver observer, LoadProgress progress, LoadGate gate) {
        LoadPipeline pipeline = pipeline(config, gate).telling(progress).usingPrepared();
        ModelLoader loader = new ModelLoader(config.followLinks().orElse(List.of()), pipeline, gate);
        return new ModelLife(new ModelFolders(config.models()), loader, catalogue, observer);
    }

    @Produces
    @Singleton
    Repository repository(ModelLife life) {
        return new Repository(life);
    }

    @Produces
    @Singleton
    Samples samples(ServingConfig config) {
        return new Samples(
                new ModelFolders(config.models()), config.request().maxBody().asLongValue());
    }

    @Produces
    @Singleton
    FolderWatch folderWatch(ServingConfig config, ModelLife life, Repository repository, Catalogue catalogue) {
        return new FolderWatch(new ModelFolders(config.models()), life, repository, catalogue);
    }

    @Produces
    @Singleton
    LoadObserver loadObserver(
            ServingConfig config,
            MeterRegistry registry,
            Catalogue catalogue,
            Parity parity,
            Experiments experiments,
            RequestMeters requestMeters,
            AfterLoad afterLoad) {
        return new LoadObserver(
                new VariantMeters(registry, catalogue, parity), requestMeters, parity, experiments, afterLoad);
    }

    @Produces
    @Singleton
    RequestMeters requestMeters(MeterRegistry registry) {
        return new RequestMeters(registry);
    }

    @Produces
    @Singleton
    RequestQueue requestQueue(ServingConfig config, MeterRegistry registry) {
        // The container makes the queue before it calls start().
        ConfigCheck.expectValid(config);
        RequestQueue queue = new RequestQueue(
                config.queue().maxWait().orElse(config.request().deadline()), cores(config), System::nanoTime);
        Gauge.builder(MeterName.QUEUE_DEPTH.id(), queue, RequestQueue::depth)
                .description(MeterName.QUEUE_DEPTH.meaning())
                .register(registry);
        return queue;
    }

    @Produces
    @Singleton
    Experiments experiments(ServingConfig config, MeterRegistry registry, Catalogue catalogue, RequestQueue queue) {
        StoreAddress address = config.store()
                .url()
                .map(url -> new StoreAddress(
                        url, config.store().user(), config.store().password()))
                .orElseGet(() -> StoreAddress.embedded(config.data()));
        Experiments experiments = new Experiments(
                catalogue,
                new ExperimentMeters(registry),
                new ExperimentStore(address),
                config.store().answers(),
                queue::present);
        queue.onArrival(experiments::requestArrived);
        return experiments;
    }

    @Produces
    @Singleton
    PredictionService predictionService(
            ServingConfig config,
            Catalogue catalogue,
            RequestQueue queue,
            Cores cores,
            RequestMeters meters,
            Experiments experiments) {
        return new PredictionService(
                catalogue,
                queue,
                MemoryBudget.within(
                        config.queue().maxBytes().asLongValue(),
                        Runtime.getRuntime().maxMemory()),
                cores,
                new ImageLimits(config.request().maxPixels()),
                config.request().deadline(),
                meters,
                experiments,
                System::nanoTime);
    }

    void start(
            @Observes StartupEvent event,
            ServingConfig config,
            Repository repository,
            FolderWatch watch,
            Catalogue catalogue,
            VertxHttpConfig http) {
        ConfigCheck.expectValid(config);
        LOG.infof(
                "%d cores, profile %s, models from %s",
                cores(config), config.threads().profile(), config.models().toAbsolutePath());
        repository.start(
                () -> LOG.info(ServedSummary.of(catalogue, "http://%s:%d".formatted(http.host(), http.port()))));
        config.watch().ifPresent(watch::start);
    }

    void stop(
            @Observes ShutdownEvent event,
            RequestQueue queue,
            Repository repository,
            FolderWatch watch,
            Experiments experiments,
            Certifier certifier,
            AfterLoad afterLoad,
            Catalogue catalogue) {
        certifier.stop();
        afterLoad.close();
        watch.close();
        repository.close();
        queue.close();
        experiments.close();
        catalogue.close();
    }

    private static LoadPipeline pipeline(ServingConfig config, LoadGate gate) {
        SessionSettings settings = new SessionSettings(
                config.threads().profile().sharedThreads(cores(config)),
                config.threads().spinning(),
                true);
        return new LoadPipeline(
                settings,
                config.threads().profile().aloneThreads(cores(config)),
                costSource(config, settings, gate),
                config.proof().tolerance(),
                config.proof().probes(),
                System::nanoTime);
    }

    private static CostSource costSource(ServingConfig config, SessionSettings settings, LoadGate gate) {
        if (!config.fold().timing()) {
            return CostSource.GENERIC;
        }
        CostCache cache = new CostCache(config.fold().costCache().orElseGet(CostCache::standardDirectory), LOG::info);
        return new MachineCosts(settings, cores(config), cache, System::nanoTime, LOG::info, gate);
    }

    /** The cores that threads are sized for, at least 1. */
    static int cores(ServingConfig config) {
        return config.threads().processors().orElseGet(CpuQuota::cores);
    }
}
