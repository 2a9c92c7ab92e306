package io.foldserve.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.file.FileReads;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphVerifier;
import io.foldserve.problem.FileFailure;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Placeholder;
import io.foldserve.problem.Problems;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads an ONNX model as a {@link Graph} from which {@link OnnxWriter} makes the same model again.
 *
 * <p>Operators, attributes, types and constants that have no counterpart here keep their bytes. Constants share the
 * bytes that were read, also those in external data files, which must lie inside the model's folder or, where the
 * model is a link, beside what it leads to. An initializer that is also an input (a default that a caller may override)
 * is a constant of the graph; it is written as an input again as long as it is still there, so a caller can override
 * only what was not folded. Nodes without a name, or with one that another node has, get one of their own; the operator
 * domain {@code ai.onnx} is written as the empty one, which is the same.
 *
 * <p>Refused: what is broken, assigned twice or never, out of order or cyclic, tensors whose sizes contradict their
 * data, nodes whose inputs contradict their operator, functions that redefine an operator of ONNX's own, and tensors in
 * external files other than the main graph's initializers. Stateless and thread-safe.
 */
public final class OnnxReader {
    private static final Set<Integer> MODEL_FIELDS = Set.of(
            ModelProto.IR_VERSION_FIELD_NUMBER,
            ModelProto.PRODUCER_NAME_FIELD_NUMBER,
            ModelProto.PRODUCER_VERSION_FIELD_NUMBER,
            ModelProto.DOMAIN_FIELD_NUMBER,
            ModelProto.MODEL_VERSION_FIELD_NUMBER,
            ModelProto.DOC_STRING_FIELD_NUMBER,
            ModelProto.GRAPH_FIELD_NUMBER,
            ModelProto.OPSET_IMPORT_FIELD_NUMBER,
            ModelProto.METADATA_PROPS_FIELD_NUMBER,
            ModelProto.TRAINING_INFO_FIELD_NUMBER,
            ModelProto.FUNCTIONS_FIELD_NUMBER);

    private static final int NEWEST_IR = 99;
    private static final int FUNCTION_DOMAIN = 10;

    private final WireMessage wire = new WireMessage();
    private final Problems problems;
    private final ExternalFiles files;
    private final Map<String, Integer> opsets = new TreeMap<>();
    private final Set<String> redefined = new HashSet<>();
    private ByteString rest = ByteString.EMPTY;
    private Optional<ByteString> graph = Optional.empty();
    private int irVersion;

    private OnnxReader(String subject, ExternalFiles files) {
        this.problems = new Problems(subject);
        this.files = files;
    }

    /**
     * True when {@code file} begins as an ONNX model does: with its format version, then a field that models have. The
     * name does not count.
     *
     * @throws InvalidInputException if the file cannot be read
     */
    public static boolean recognises(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(3);
            while (head.hasRemaining() && channel.read(head) >= 0) {
                // Read on: a channel may give less than was asked for.
            }
            byte[] bytes = head.array();
            return head.position() == 3
                    && bytes[0] == ModelProto.IR_VERSION_FIELD_NUMBER << 3
                    && bytes[1] >= 1
                    && bytes[1] <= NEWEST_IR
                    && MODEL_FIELDS.contains((bytes[2] & 0x7F) >>> 3);
        } catch (IOException failure) {
            throw new InvalidInputException(file.toString(), "cannot be read: " + FileFailure.reason(failure));
        }
    }

    /**
     * The model in {@code file}; it does not matter what becomes of the file afterwards.
     *
     * @throws InvalidInputException with every problem of the file, or if it was changed while it was read
     */
    public static Graph read(Path file) {
        Placeholder.describe(file).ifPresent(instead -> {
            throw new InvalidInputException(file.toString(), instead);
        });
        try (FileReads reads = FileReads.open(file);
                ExternalFiles external = ExternalFiles.beside(file)) {
            if (reads.size() > Integer.MAX_VALUE) {
                throw new InvalidInputException(
                        file.toString(), "has %d bytes; an ONNX file ends below 2 GiB".formatted(reads.size()));
            }
            return new OnnxReader(file.toString(), external)
                    .read(UnsafeByteOperations.unsafeWrap(reads.region(0, (int) reads.size())));
        } catch (IOException failure) {
            throw new InvalidInputException(file.toString(), "cannot be read: " + FileFailure.reason(failure));
        } catch (InvalidInputException refused) {
            throw refused.subject().equals(FileReads.SUBJECT)
                    ? new InvalidInputException(file.toString(), refused.problems())
                    : refused;
        }
    }

    /**
     * The model in {@code bytes}, which the caller gives up writing to; it cannot refer to external data.
     *
     * @param subject the model's name, for messages
     * @throws InvalidInputException with every problem of the bytes
     */
    public static Graph read(String subject, ByteBuffer bytes) {
        return new OnnxReader(subject, ExternalFiles.none()).read(UnsafeByteOperations.unsafeWrap(bytes.slice()));
    }

    private Graph read(ByteString model) {
        try {
            wire.walk("model", model, this::field);
            Graph read = new GraphReader(wire, files, problems).read(expectGraph(), opsets, irVersion, rest);
            if (problems.isEmpty()) {
                read.nodes().stream()
                        .filter(node -> node.domain().isEmpty() && redefined.contains(node.op()))
                        .forEach(node -> add("node %s calls a function that redefines ONNX's own %s"
                                .formatted(node.name(), node.op())));
                GraphVerifier.structureProblems(read).forEach(this::add);
            }
            problems.throwIfAny();
            return read;
        } catch (InvalidInputException refused) {
            if (problems.isEmpty()) {
                refused.problems().forEach(problem -> problems.add(refused.subject() + ": " + problem));
            }
            problems.throwIfAny();
            throw refused;
        }
    }

    private void add(String problem) {
        if (!problems.isFull()) {
            problems.add(problem);
        }
    }

    private ByteString expectGraph() {
        if (irVersion < 1) {
            add("the model does not say which version of the format it has");
        }
        if (opsets.isEmpty()) {
            add("the model does not say which operator sets it uses");
        }
        if (graph.isEmpty()) {
            add("expected a graph, found none");
        }
        return graph.orElse(ByteString.EMPTY);
    }

    private void field(WireMessage.Field field) {
        switch (field.id()) {
            case ModelProto.IR_VERSION_FIELD_NUMBER ->
                irVersion = (int) Math.max(0, Math.min(field.number(), Integer.MAX_VALUE));
            case ModelProto.OPSET_IMPORT_FIELD_NUMBER -> opset(field.body());
            case ModelProto.GRAPH_FIELD_NUMBER -> {
                if (graph.isPresent()) {
                    add("the model has two graphs");
                }
                graph = Optional.of(field.body());
            }
            case ModelProto.FUNCTIONS_FIELD_NUMBER -> {
                function(field.body());
                rest = rest.concat(field.raw());
            }
            default -> rest = rest.concat(field.raw());
        }
    }

    private void opset(ByteString encoded) {
        OperatorSetIdProto message = Parsed.message("an operator set", OperatorSetIdProto.parser(), encoded);
        String domain = GraphReader.domain(message.getDomain());
        if (message.getVersion() < 1 || message.getVersion() > Integer.MAX_VALUE) {
            add("operator set '%s' has version %d".formatted(domain, message.getVersion()));
        } else if (opsets.putIfAbsent(domain, (int) message.getVersion()) != null) {
            add("operator set '%s' is declared twice".formatted(domain));
        }
    }

    private void function(ByteString encoded) {
        String[] names = {"", ""};
        wire.walk("a function", encoded, field -> {
            if (field.id() == FunctionProto.NAME_FIELD_NUMBER) {
                names[0] = field.text();
            } else if (field.id() == FUNCTION_DOMAIN) {
                names[1] = field.text();
            }
        });
        if (GraphReader.domain(names[1]).isEmpty()) {
            redefined.add(names[0]);
        }
    }
}
