package io.foldserve.benchmark;

import io.foldserve.benchmark.SafetensorsFile.Entry;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** The tensors of residual networks with random values: the names and shapes of real checkpoints, of no accuracy. */
final class RandomNetworks {
    private final boolean doConv;
    private final List<Entry> entries = new ArrayList<>();

    private RandomNetworks(boolean doConv) {
        this.doConv = doConv;
    }

    /** ResNet-50 with torchvision's names; every 3×3 and larger convolution is a pair if {@code doConv}. */
    static List<Entry> resNet50(boolean doConv) {
        RandomNetworks net = new RandomNetworks(doConv);
        net.convolution("conv1", "bn1", 3, 64, 7);
        int in = 64;
        int[] blocks = {3, 4, 6, 3};
        for (int stage = 0; stage < 4; stage++) {
            int width = 64 << stage;
            for (int block = 0; block < blocks[stage]; block++) {
                String path = "layer" + (stage + 1) + "." + block + ".";
                net.convolution(path + "conv1", path + "bn1", in, width, 1);
                net.convolution(path + "conv2", path + "bn2", width, width, 3);
                net.convolution(path + "conv3", path + "bn3", width, 4 * width, 1);
                if (block == 0) {
                    net.convolution(path + "downsample.0", path + "downsample.1", in, 4 * width, 1);
                }
                in = 4 * width;
            }
        }
        return net.linear("fc", in, 1000);
    }

    /** ResNet-18 with torchvision's names. */
    static List<Entry> resNet18(boolean doConv) {
        RandomNetworks net = new RandomNetworks(doConv);
        net.convolution("conv1", "bn1", 3, 64, 7);
        int in = 64;
        for (int stage = 0; stage < 4; stage++) {
            in = net.basicStage(stage, in, 64 << stage, 2, "downsample");
        }
        return net.linear("fc", in, 1000);
    }

    /** ResNet-20 for 32×32 images with the CIFAR names and option B's shortcuts. */
    static List<Entry> resNet20(boolean doConv) {
        RandomNetworks net = new RandomNetworks(doConv);
        net.convolution("conv1", "bn1", 3, 16, 3);
        int in = 16;
        for (int stage = 0; stage < 3; stage++) {
            in = net.basicStage(stage, in, 16 << stage, 3, "shortcut");
        }
        return net.linear("linear", in, 10);
    }

    private int basicStage(int stage, int in, int width, int blocks, String shortcut) {
        int channels = in;
        for (int block = 0; block < blocks; block++) {
            String path = "layer" + (stage + 1) + "." + block + ".";
            convolution(path + "conv1", path + "bn1", channels, width, 3);
            convolution(path + "conv2", path + "bn2", width, width, 3);
            if (channels != width) {
                convolution(path + shortcut + ".0", path + shortcut + ".1", channels, width, 1);
            }
            channels = width;
        }
        return channels;
    }

    private void convolution(String conv, String norm, int in, int out, int kernel) {
        int taps = kernel * kernel;
        double bound = Math.sqrt(6.0 / (in * taps));
        if (doConv) {
            add(conv + ".W", Shape.of(out, in, taps), -bound, bound);
            if (taps > 1) {
                add(conv + ".D", Shape.of(in, taps, taps), -0.1, 0.1);
            }
        } else {
            add(conv + ".weight", Shape.of(out, in, kernel, kernel), -bound, bound);
        }
        add(norm + ".weight", Shape.of(out), 0.4, 0.6);
        add(norm + ".bias", Shape.of(out), -0.1, 0.1);
        add(norm + ".running_mean", Shape.of(out), -0.1, 0.1);
        add(norm + ".running_var", Shape.of(out), 0.5, 1.5);
    }

    private List<Entry> linear(String name, int in, int out) {
        add(name + ".weight", Shape.of(out, in), -0.02, 0.02);
        add(name + ".bias", Shape.of(out), -0.1, 0.1);
        return List.copyOf(entries);
    }

    private void add(String name, Shape shape, double low, double high) {
        entries.add(new Entry(name, shape, low, high));
    }
}
