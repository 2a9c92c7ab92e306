package io.foldserve.serving.manifest;

import io.foldserve.architecture.ArchitectureKeys;
import io.foldserve.declaration.JsonSchema;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.MappingType;
import io.foldserve.declaration.NamedMappings;
import io.foldserve.declaration.ValueType;
import io.foldserve.declaration.ValueTypes;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.assignment.UnitSource;
import io.foldserve.task.Colour;
import io.foldserve.task.Head;
import io.foldserve.task.MaskSize;
import io.foldserve.task.Orientation;
import io.foldserve.task.TaskKind;
import io.foldserve.task.image.Interpolation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of {@code model.yaml}: the only place that says what they are, what they take and what they mean. */
final class ManifestKeys {
    static final int LARGEST_SIDE = 8192;
    static final int LARGEST_SHARE = 1_000_000;
    static final String NAME_RULE = "1 to 63 letters, digits, '.', '_' or '-', beginning with a letter or digit";
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private static final ValueType<Integer> SIDE = ValueTypes.integer(1, LARGEST_SIDE);

    /** Where a picture that was resized is cropped. */
    enum Crop {
        NONE,
        CENTER
    }

    static final Key<Integer> SHORTER_SIDE =
            Key.required("shorterSide", SIDE, "Resizes so that the shorter side becomes so long.", "256");
    static final Key<Integer> LONGER_SIDE =
            Key.required("longerSide", SIDE, "Resizes so that the longer side becomes so long.", "256");
    static final Key<Integer> LETTERBOX = Key.required(
            "letterbox",
            ValueTypes.integer(0, 255),
            "Fits the whole picture into the network's size, as YOLO does, in the middle of this grey.",
            "114");
    static final Key<Integer> RESIZE_WIDTH = Key.required("width", SIDE, "Resizes to exactly this width.", "224");
    static final Key<Integer> RESIZE_HEIGHT = Key.required("height", SIDE, "Resizes to exactly this height.", "224");
    static final MappingType RESIZES = MappingType.of(
            Keys.of(SHORTER_SIDE), Keys.of(LONGER_SIDE), Keys.of(LETTERBOX), Keys.of(RESIZE_WIDTH, RESIZE_HEIGHT));

    static final Key<Integer> WIDTH = Key.required("width", SIDE, "Sets the width of the network's input.", "224");
    static final Key<Integer> HEIGHT = Key.required("height", SIDE, "Sets the height of the network's input.", "224");
    static final Key<Colour> COLOUR = Key.of(
                    "colour",
                    ValueTypes.choice(Colour.class),
                    Colour.RGB,
                    "Says in which order the network reads an image's channels.",
                    "bgr")
            .saying("rgb");
    static final Key<Map<String, @Nullable Object>> RESIZE = Key.optional(
            "resize",
            RESIZES,
            "to the network's size; beside crop: center, not at all",
            "Says how a picture is resized before it is cropped.",
            "{ shorterSide: 256 }");
    static final Key<Interpolation> INTERPOLATION = Key.of(
                    "interpolation",
                    ValueTypes.choice(List.of(Interpolation.values()), Interpolation::label),
                    Interpolation.BILINEAR,
                    "Says how resizing interpolates: as Pillow does (nearest, or antialiased), or as OpenCV does.",
                    "bicubic")
            .saying("bilinear");
    static final Key<Boolean> ANTIALIAS = Key.of(
            "antialias",
            ValueTypes.flag(),
            true,
            "Says whether every pixel counts in shrinking, as for Pillow; false is torch's bilinear.",
            "false");
    static final Key<Crop> CROP = Key.of(
                    "crop",
                    ValueTypes.choice(Crop.class),
                    Crop.NONE,
                    "Cuts the network's size out of the resized picture.",
                    "center")
            .saying("none");
    static final Key<List<Double>> MEAN = Key.optional(
            "mean",
            ValueTypes.numbers("a list of finite numbers, one per channel"),
            "0 for each channel",
            "Lists what is subtracted from each channel after scaling.",
            "[0.485, 0.456, 0.406]");
    static final Key<List<Double>> STD = Key.optional(
            "std",
            ValueTypes.numbers("a list of positive numbers, one per channel"),
            "1 for each channel",
            "Lists what each channel is divided by after the mean is subtracted.",
            "[0.229, 0.224, 0.225]");
    static final Key<Double> SCALE = Key.optional(
            "scale",
            ValueTypes.positive(),
            "1/255; 1 where mean and std are of pixels from 0 to 255",
            "Sets what the bytes 0…255 are multiplied by first.",
            "1");
    static final Key<Orientation> ORIENTATION = Key.of(
                    "orientation",
                    ValueTypes.choice(Orientation.class),
                    Orientation.IGNORE,
                    "Says whether a JPEG, PNG or WebP is first set upright by its EXIF orientation, as Pillow's "
                            + "exif_transpose does.",
                    "exif")
            .saying("ignore");
    static final MappingType INPUTS = MappingType.of(
            Keys.of(WIDTH, HEIGHT, COLOUR, RESIZE, INTERPOLATION, ANTIALIAS, CROP, MEAN, STD, SCALE, ORIENTATION));

    static final Key<String> CHECKPOINT = Key.required(
            "checkpoint",
            ValueTypes.text("a file in the model's folder"),
            "Names the training checkpoint or ONNX file, in the model's folder.",
            "resnet50.safetensors");
    static final Key<String> ENTRY = Key.optional(
            "entry",
            ValueTypes.key("the key of a state dict in the checkpoint, or its position in a list"),
            "the only one, or the first of the usual names that is there",
            "Names which state dict of the checkpoint is meant.",
            "model_ema");
    static final Key<String> OUTPUT = Key.optional(
            "output",
            ValueTypes.text("the name of an output of the ONNX file"),
            "the only one, or the one whose name or shape says that it is the answer",
            "Names which output of an ONNX file is served; none beside a training checkpoint.",
            "logits");
    static final Key<Map<?, ?>> ARCHITECTURE = Key.optional(
            "architecture",
            ArchitectureKeys.type(),
            "required, except beside an ONNX file, which has its network in it",
            "Declares the network that the checkpoint was trained with.",
            "{ name: resnet50, classes: 1000 }");
    static final Key<Integer> TRAFFIC = Key.of(
                    "traffic",
                    ValueTypes.integer(0, LARGEST_SHARE),
                    1,
                    "Sets the variant's share of the requests, out of the sum of all; in every variant or in none.",
                    "90")
            .saying("the same for all");
    static final Key<Boolean> BASELINE = Key.of(
            "baseline",
            ValueTypes.flag(),
            false,
            "Marks the variant of plain convolutions that others are compared with, at most one.",
            "true");
    static final MappingType VARIANT =
            MappingType.of(Keys.of(CHECKPOINT, ENTRY, OUTPUT, ARCHITECTURE, TRAFFIC, BASELINE));

    static final Key<String> EXPERIMENT_NAME = Key.required(
            "name",
            ValueTypes.text("a name of " + NAME_RULE, NAME),
            "Names the experiment, in answers and in what is counted.",
            "doconv-vs-plain");
    static final Key<UnitSource> UNIT = Key.optional(
            "unit",
            ValueTypes.of(
                    "one of " + UnitSource.expected(),
                    declared -> declared instanceof String text ? UnitSource.parse(text) : Optional.empty(),
                    JsonSchema.of("type", "string", "pattern", "^" + UnitSource.FORM.pattern() + "$")),
            "each request for itself, at random",
            "Says where a request names its unit, which always gets the same variant.",
            "header:X-User-Id");
    static final Key<String> SALT = Key.optional(
            "salt",
            ValueTypes.text("text of 1 to 100 characters", Pattern.compile("(?s).{1,100}")),
            "the experiment's name",
            "Is hashed with each unit: a new salt is a new assignment, and counts begin anew.",
            "\"2026-11\"");
    static final Key<Map<String, Integer>> SHARES = Key.optional(
            "shares",
            ValueTypes.wholes("a mapping from variants to whole numbers from 0 to " + LARGEST_SHARE, LARGEST_SHARE),
            "the variants' traffic",
            "Sets each variant's share of the units; a variant that is not named gets none. Not beside traffic in the"
                    + " variants.",
            "{ doconv: 50, baseline: 50 }");
    static final Key<Double> SAMPLE = Key.of(
            "sample",
            ValueTypes.share(),
            0.0,
            "Sets which share of the answered requests is also run on the other variants, in idle moments.",
            "0.1");
    static final MappingType SHADOWS = MappingType.of(Keys.of(SAMPLE));
    static final Key<Map<String, @Nullable Object>> SHADOW = Key.optional(
            "shadow", SHADOWS, "no shadow runs", "Says what is also run on the other variants.", "{ sample: 0.1 }");
    static final Key<Double> MARGIN = Key.of(
            "margin",
            ValueTypes.positive(1),
            Experiment.MARGIN,
            "Sets how much worse, in accuracy or mean IoU, still counts as equivalent.",
            "0.01");
    static final MappingType EXPERIMENTS = MappingType.of(Keys.of(EXPERIMENT_NAME, UNIT, SALT, SHARES, SHADOW, MARGIN));

    static final Key<TaskKind> TASK =
            Key.required("task", ValueTypes.choice(TaskKind.class), "Says what the model answers.", "classification");
    static final Key<Head> HEAD = Key.optional(
            "head",
            ValueTypes.choice(Head.class),
            "what the network's last operators and its answers to probe images show; asked for where they do not",
            "Says what the numbers at the network's output mean.",
            "sigmoid");
    static final Key<String> LABELS = Key.required(
            "labels",
            ValueTypes.text("a file in the model's folder"),
            "Names the file of labels, one a line, in the order of the network's outputs.",
            "labels.txt");
    static final Key<MaskSize> MASK_SIZE = Key.optional(
            "maskSize",
            ValueTypes.choice(MaskSize.class),
            "network",
            "Sets the size of a segmentation's mask: the network's, or the sent picture's (by nearest; no crop).",
            "input");
    static final Key<Map<String, @Nullable Object>> INPUT = Key.required(
            "input", INPUTS, "Says how a picture becomes the network's input.", "{ width: 224, height: 224 }");
    static final Key<Map<String, @Nullable Object>> VARIANTS = Key.required(
            "variants",
            new NamedMappings(NAME_RULE, NAME, VARIANT),
            "Lists the checkpoints behind the model's name, each under a name of its own.",
            "{ doconv: { checkpoint: … } }");
    static final Key<Map<String, @Nullable Object>> EXPERIMENT = Key.optional(
            "experiment",
            EXPERIMENTS,
            "requests are dealt at random, by the variants' traffic",
            "Says which variant answers whom, and what is learnt from it.",
            "{ name: doconv-vs-plain }");
    static final Keys ROOT = Keys.of(TASK, HEAD, LABELS, MASK_SIZE, INPUT, VARIANTS, EXPERIMENT);

    private ManifestKeys() {}
}
