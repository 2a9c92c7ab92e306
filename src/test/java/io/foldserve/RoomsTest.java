package io.foldserve;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.fold.cost.CostModel;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.cost.Stopwatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which room may import which, that there are no other rooms, and no cycles. */
@AnalyzeClasses(packages = "io.foldserve", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String JSON = "com.fasterxml.jackson..";
    private static final String DJL = "ai.djl..";
    private static final String ONNX_RUNTIME = "ai.onnxruntime..";

    private static final List<String> ROOMS = List.of(
            "problem",
            "file",
            "tensor",
            "statistics",
            "declaration",
            "checkpoint",
            "graph",
            "onnx",
            "architecture",
            "evaluate",
            "fold",
            "session",
            "task",
            "serving",
            "http",
            "protocol",
            "cli");

    /** A class outside the rooms would be bound by no rule below. */
    @ArchTest
    static final ArchRule everyClassIsInARoom = classes()
            .should()
            .resideInAnyPackage(ROOMS.stream().map(RoomsTest::inside).toArray(String[]::new));

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.foldserve.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule problem = room("problem");

    @ArchTest
    static final ArchRule file = room("file", rooms("problem"));

    @ArchTest
    static final ArchRule declaration = room("declaration", rooms("problem"));

    @ArchTest
    static final ArchRule tensor = room("tensor");

    @ArchTest
    static final ArchRule statistics = room("statistics", "org.apache.commons..");

    /** HDF5 is decoded by jHDF; the index of a TensorFlow checkpoint is made of protobuf messages. */
    @ArchTest
    static final ArchRule checkpoint =
            room("checkpoint", rooms("problem", "file", "tensor"), JSON, "io.jhdf..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule graph = room("graph", rooms("problem", "tensor"));

    @ArchTest
    static final ArchRule onnx =
            room("onnx", rooms("problem", "file", "tensor", "graph"), "ai.onnx.proto..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule architecture =
            room("architecture", rooms("problem", "tensor", "declaration", "checkpoint", "graph"));

    /** From what is declared, through what the files call it and the layers, to the networks and the room's door. */
    @ArchTest
    static final ArchRule architectureInside = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("declare")
            .definedBy("io.foldserve.architecture.declare")
            .layer("convention")
            .definedBy("io.foldserve.architecture.convention")
            .layer("build")
            .definedBy("io.foldserve.architecture.build")
            .layer("network")
            .definedBy("io.foldserve.architecture.network")
            .layer("door")
            .definedBy("io.foldserve.architecture")
            .whereLayer("door")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("network")
            .mayOnlyBeAccessedByLayers("door")
            .whereLayer("build")
            .mayOnlyBeAccessedByLayers("network", "door")
            .whereLayer("convention")
            .mayOnlyBeAccessedByLayers("build", "door");

    /** What is behind a room's door is seen from inside only. */
    @ArchTest
    static final ArchRule architectureDoor = noClasses()
            .that()
            .resideOutsideOfPackage(inside("architecture"))
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.foldserve.architecture.*..").and(not(equivalentTo(ImageSize.class))));

    @ArchTest
    static final ArchRule evaluate = room("evaluate", rooms("problem", "tensor", "graph"));

    @ArchTest
    static final ArchRule fold = room("fold", rooms("problem", "tensor", "graph", "evaluate"));

    /** Inside the fold, each room may import only from those above it in this list. */
    @ArchTest
    static final ArchRule foldLayers = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.foldserve.fold..")
            .layer("result")
            .definedBy("io.foldserve.fold.result")
            .layer("facts")
            .definedBy("io.foldserve.fold.facts")
            .layer("term")
            .definedBy("io.foldserve.fold.term")
            .layer("rule")
            .definedBy("io.foldserve.fold.rule")
            .layer("cost")
            .definedBy("io.foldserve.fold.cost")
            .layer("write")
            .definedBy("io.foldserve.fold.write")
            .layer("search")
            .definedBy("io.foldserve.fold.search")
            .layer("report")
            .definedBy("io.foldserve.fold.report")
            .layer("audit")
            .definedBy("io.foldserve.fold.audit")
            .layer("door")
            .definedBy("io.foldserve.fold")
            .whereLayer("facts")
            .mayOnlyAccessLayers("result")
            .whereLayer("term")
            .mayOnlyAccessLayers("result", "facts")
            .whereLayer("rule")
            .mayOnlyAccessLayers("result", "facts", "term")
            .whereLayer("cost")
            .mayOnlyAccessLayers("result", "facts", "term", "rule")
            .whereLayer("write")
            .mayOnlyAccessLayers("facts", "term", "rule")
            .whereLayer("search")
            .mayOnlyAccessLayers("result", "facts", "term", "rule", "cost", "write")
            .whereLayer("report")
            .mayOnlyAccessLayers("result", "facts", "term", "rule", "search")
            .whereLayer("audit")
            .mayOnlyAccessLayers("result", "facts", "term", "rule", "write")
            .whereLayer("door")
            .mayNotBeAccessedByAnyLayer();

    /** The rest of the house sees of the fold its door, its results, and what prices and times for it. */
    @ArchTest
    static final ArchRule foldDoor = noClasses()
            .that()
            .resideOutsideOfPackage(inside("fold"))
            .should()
            .dependOnClassesThat(resideInAPackage(inside("fold"))
                    .and(not(resideInAnyPackage("io.foldserve.fold", "io.foldserve.fold.result")))
                    .and(not(belongToAnyOf(CostSource.class, CostModel.class, Stopwatch.class))));

    @ArchTest
    static final ArchRule session =
            room("session", rooms("problem", "tensor", "graph", "onnx"), DJL, ONNX_RUNTIME, "com.sun.jna..");

    @ArchTest
    static final ArchRule task =
            room("task", rooms("problem", "tensor", "graph"), "javax.imageio..", "com.luciad.imageio.webp..");

    @ArchTest
    static final ArchRule serving = room(
            "serving",
            rooms(
                    "problem",
                    "tensor",
                    "declaration",
                    "checkpoint",
                    "graph",
                    "onnx",
                    "architecture",
                    "evaluate",
                    "fold",
                    "session",
                    "statistics",
                    "task"),
            JSON,
            "com.zaxxer.hikari..",
            "io.micrometer..",
            "io.quarkus..",
            "io.smallrye.config..",
            "jakarta..",
            "org.jboss.logging..");

    @ArchTest
    static final ArchRule http = room(
            "http",
            rooms("problem", "serving", "task", "fold"),
            JSON,
            "io.quarkus..",
            "io.smallrye..",
            "io.netty..",
            "io.vertx..",
            "jakarta..",
            "org.eclipse.microprofile..",
            "org.jboss.logging..",
            "org.jboss.resteasy.reactive..");

    /** The messages and stubs under {@code protocol.proto} are generated. */
    @ArchTest
    static final ArchRule protocol = room(
            "protocol",
            rooms("tensor", "serving", "task", "http"),
            JSON,
            "com.google.common.util.concurrent..",
            "com.google.protobuf..",
            "io.grpc..",
            "io.quarkus..",
            "io.smallrye..",
            "io.vertx..",
            "jakarta..",
            "javax.annotation..",
            "org.eclipse.microprofile..",
            "org.jboss.logging..");

    @ArchTest
    static final ArchRule cli = room(
            "cli",
            rooms(
                    "problem",
                    "tensor",
                    "declaration",
                    "checkpoint",
                    "graph",
                    "onnx",
                    "architecture",
                    "evaluate",
                    "fold",
                    "session",
                    "statistics",
                    "task",
                    "serving"),
            JSON,
            "io.quarkus.runtime..",
            "picocli..");

    /**
     * The rooms of serving on the data's way, from what is declared to what is answered; its root wires them together.
     */
    private static final List<String> SERVING = List.of(
            "assignment",
            "manifest",
            "measure",
            "gate",
            "calibration",
            "catalogue",
            "comparison",
            "probe",
            "parity",
            "meter",
            "store",
            "experiment",
            "fit",
            "prepared",
            "load",
            "life",
            "request",
            "");

    /** Each room of serving imports only those before it. */
    @ArchTest
    static void servingGoesOneWay(JavaClasses classes) {
        for (int i = 0; i < SERVING.size(); i++) {
            String room = servingRoom(SERVING.get(i));
            String[] later = SERVING.subList(i + 1, SERVING.size()).stream()
                    .map(RoomsTest::servingRoom)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(room)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(later))
                    .as(room + " imports no later room of serving")
                    .check(classes);
        }
    }

    /** A class of serving outside its rooms would be bound by no rule above. */
    @ArchTest
    static final ArchRule everyClassOfServingIsInARoom = classes()
            .that()
            .resideInAPackage(inside("serving"))
            .should()
            .resideInAnyPackage(SERVING.stream().map(RoomsTest::servingRoom).toArray(String[]::new));

    private static String servingRoom(String name) {
        return name.isEmpty() ? "io.foldserve.serving" : "io.foldserve.serving." + name;
    }

    private static ArchRule room(String name, String... foreign) {
        return room(name, List.of(), foreign);
    }

    private static ArchRule room(String name, List<String> ours, String... foreign) {
        List<String> allowed = new ArrayList<>(List.of("java..", "org.jspecify..", inside(name)));
        allowed.addAll(ours);
        allowed.addAll(Arrays.asList(foreign));
        String[] packages = allowed.toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(inside(name))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(packages))
                .as("room " + name + " imports only what the design allows");
    }

    private static List<String> rooms(String... names) {
        return Arrays.stream(names).map(RoomsTest::inside).toList();
    }

    private static String inside(String room) {
        return "io.foldserve." + room + "..";
    }
}
