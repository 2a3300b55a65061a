using System.Numerics;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>
/// The Llama layout in plain loops over one text without padding, straight from the papers and with names of its own: what the real
/// implementation must compute, with nothing in common but the parameters' values. Rotations are products of complex numbers.
/// </summary>
internal sealed class ReferenceDecoder(nn.Module module, DecoderConfig config)
{
    private readonly Dictionary<string, double[]> _parameters =
        module.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().to(ScalarType.Float64).data<double>().ToArray());

    /// <summary>The embeddings, then every layer's states, each a row a token.</summary>
    public double[][][] States(long[] ids)
    {
        double[] words = _parameters["model.embed_tokens.weight"];
        double scale = config.ScalesEmbeddings ? Math.Sqrt(config.HiddenSize) : 1;
        List<double[][]> states =
            [[.. ids.Select(id => words.Skip((int)id * config.HiddenSize).Take(config.HiddenSize).Select(x => scale * x).ToArray())]];
        for (int layer = 0; layer < config.LayerCount; layer++)
            states.Add(Layer(layer, states[^1]));
        return [.. states];
    }

    /// <summary>Of the token after each.</summary>
    public double[][] Logits(long[] ids)
    {
        string head = config.TiesWordEmbeddings ? "model.embed_tokens" : "lm_head";
        return [.. States(ids)[^1].Select(state => Capped(Linear(head, Norm("model.norm", state)), config.LogitCap))];
    }

    /// <summary>The cross-entropy of each token after the first.</summary>
    public double[] Losses(long[] ids) =>
        [.. Logits(ids).Zip(
            ids.Skip(1), (logits, next) => Math.Log(logits.Sum(logit => Math.Exp(logit - logits.Max()))) + logits.Max() - logits[next])];

    private double[][] Layer(int layer, double[][] states)
    {
        string path = $"model.layers.{layer}.";
        bool hasWindow = config.HasWindow(layer), isNormedTwice = _parameters.ContainsKey(path + "pre_feedforward_layernorm.weight");
        Rotation rotation = (hasWindow ? config.WindowRotation : null) ?? new(config.RotaryBase, config.RotaryScaling);
        double[] frequencies = [.. Enumerable.Range(0, Turned / 2).Select(pair => Frequency(rotation, pair, states.Length))];
        double magnitude = Magnitude(rotation.Scaling);
        double[][] normal = [.. states.Select(state => Norm(path + "input_layernorm", state))];
        double[][] queries = [.. normal.Select((x, t) => Turn(Heads(path + "self_attn.q", x), t, frequencies, magnitude))];
        double[][] keys = [.. normal.Select((x, t) => Turn(Heads(path + "self_attn.k", x), t, frequencies, magnitude))];
        double[][] values = [.. normal.Select(x => Linear(path + "self_attn.v_proj", x))];
        var output = new double[states.Length][];
        for (int t = 0; t < states.Length; t++)
        {
            int first = hasWindow ? Math.Max(0, t + 1 - config.SlidingWindow!.Value) : 0;
            double[] context = Attend(queries[t], keys[first..(t + 1)], values[first..(t + 1)]);
            double[] attended = Linear(path + "self_attn.o_proj", context);
            double[] middle = Sum(states[t], isNormedTwice ? Norm(path + "post_attention_layernorm", attended) : attended);
            double[] x = Norm(path + (isNormedTwice ? "pre_feedforward_layernorm" : "post_attention_layernorm"), middle);
            double[] down = config.Experts is { } experts && !experts.DenseLayers.Contains(layer) ? Mixture(path, experts, x)
                : FeedForward(x, path + "mlp.gate_proj", path + "mlp.up_proj", path + "mlp.down_proj");
            output[t] = Sum(middle, isNormedTwice ? Norm(path + "post_feedforward_layernorm", down) : down);
        }

        return output;
    }

    /// <summary>The queries or keys of all heads, before they are turned.</summary>
    private double[] Heads(string path, double[] input)
    {
        double[] all = Linear(path + "_proj", input);
        return config.NormalisesHeads ? [.. all.Chunk(config.HeadSize).SelectMany(head => Norm(path + "_norm", head))] : all;
    }

    private double[] FeedForward(double[] x, string gate, string up, string down) => Linear(
        down, [.. Linear(gate, x).Zip(Linear(up, x), (g, u) => ReferenceModel.Activate(config.Activation, g) * u)]);

    /// <summary>Every expert, weighted with its probability where that is among the highest, else with 0.</summary>
    private double[] Mixture(string layer, ExpertConfig experts, double[] x)
    {
        bool isMixtral = config.ModelType == "mixtral";
        string path = layer + (isMixtral ? "block_sparse_moe." : "mlp.");
        string[] names = isMixtral ? ["w1", "w3", "w2"] : ["gate_proj", "up_proj", "down_proj"];
        double[] odds = [.. Linear(path + "gate", x).Select(Math.Exp)];
        double least = odds.OrderDescending().ElementAt(experts.ChosenCount - 1);
        double total = experts.Renormalises ? odds.Where(odd => odd >= least).Sum() : odds.Sum();
        double[] output = new double[x.Length];
        for (int i = 0; i < odds.Length; i++)
        {
            string[] its = [.. names.Select(name => $"{path}experts.{i}.{name}")];
            output = Sum(output, Scaled(FeedForward(x, its[0], its[1], its[2]), odds[i] >= least ? odds[i] / total : 0));
        }

        if (experts.SharedSize == 0)
            return output;
        string shared = path + "shared_expert.";
        double weight = 1 / (1 + Math.Exp(-Linear(path + "shared_expert_gate", x)[0]));
        return Sum(output, Scaled(FeedForward(x, shared + "gate_proj", shared + "up_proj", shared + "down_proj"), weight));
    }

    private int Turned => config.RotatedSize ?? config.HeadSize;

    /// <summary>Each head's values, of which that of the first half is the real part and that of the second the imaginary one.</summary>
    private double[] Turn(double[] states, int position, double[] frequencies, double magnitude)
    {
        double[] turned = [.. states];
        int size = Turned, half = size / 2;
        for (int i = 0; i < states.Length; i++)
        {
            int head = i / config.HeadSize * config.HeadSize, place = i - head, pair = place % half;
            if (place >= size)
                continue;
            Complex point = new Complex(states[head + pair], states[head + half + pair])
                * Complex.FromPolarCoordinates(magnitude, position * frequencies[pair]);
            turned[i] = place < half ? point.Real : point.Imaginary;
        }

        return turned;
    }

    private static double Magnitude(RotaryScaling? scaling) => scaling switch
    {
        RotaryScaling.YarnScaling yarn => 1 + Math.Log(yarn.Factor) / 10,
        RotaryScaling.LongRopeScaling longrope => Math.Sqrt(1 + Math.Log(longrope.Factor, longrope.TrainedTokens)),
        _ => 1,
    };

    private double Frequency(Rotation rotation, int pair, int length)
    {
        double share = (double)pair / (Turned / 2), wave = 2 * Math.PI * Math.Pow(rotation.Base, share);
        switch (rotation.Scaling)
        {
            case RotaryScaling.LinearScaling linear:
                return 2 * Math.PI / wave / linear.Factor;
            case RotaryScaling.DynamicScaling dynamic when length > dynamic.TrainedTokens:
                double excess = dynamic.Factor * (length - dynamic.TrainedTokens) / dynamic.TrainedTokens;
                double grown = rotation.Base * Math.Pow(1 + excess, Turned / (Turned - 2.0));
                return Math.Pow(grown, -share);
            case RotaryScaling.LongRopeScaling longrope:
                return 2 * Math.PI / wave / (length > longrope.TrainedTokens ? longrope.LongFactors : longrope.ShortFactors)[pair];
            case RotaryScaling.YarnScaling yarn:
                double low = Math.Floor(PairOf(yarn.FastTurns)), high = Math.Ceiling(PairOf(yarn.SlowTurns));
                double stretched = Math.Clamp((pair - Math.Max(0, low)) / (Math.Min(Turned - 1, high) - Math.Max(0, low)), 0, 1);
                return 2 * Math.PI / wave * (1 - stretched * (1 - 1 / yarn.Factor));
                double PairOf(double turns) => Turned / 2.0 * Math.Log(yarn.TrainedTokens / (2 * Math.PI * turns), rotation.Base);
            case RotaryScaling.Llama3Scaling llama3:
                if (wave < llama3.TrainedTokens / llama3.HighFactor)
                    return 2 * Math.PI / wave;
                if (wave > llama3.TrainedTokens / llama3.LowFactor)
                    return 2 * Math.PI / wave / llama3.Factor;
                double smooth = (llama3.TrainedTokens / wave - llama3.LowFactor) / (llama3.HighFactor - llama3.LowFactor);
                return (1 - smooth) * (2 * Math.PI / wave) / llama3.Factor + smooth * (2 * Math.PI / wave);
            default:
                return 2 * Math.PI / wave;
        }
    }

    private double[] Attend(double[] query, double[][] keys, double[][] values)
    {
        int size = config.HeadSize;
        var context = new double[query.Length];
        for (int head = 0; head < config.HeadCount; head++)
        {
            int from = head * size, shared = head / (config.HeadCount / config.KeyValueHeadCount) * size;
            double divisor = Math.Sqrt(config.ScoreDivisor ?? size);
            double[] scores = Capped(
                [.. keys.Select(key => Enumerable.Range(0, size).Sum(i => query[from + i] * key[shared + i]) / divisor)], config.ScoreCap);
            double[] weights = [.. scores.Select(score => Math.Exp(score - scores.Max()))];
            for (int i = 0; i < size; i++)
                context[from + i] = Enumerable.Range(0, keys.Length).Sum(t => weights[t] * values[t][shared + i]) / weights.Sum();
        }

        return context;
    }

    private double[] Linear(string name, double[] input)
    {
        double[] weight = _parameters[$"{name}.weight"],
            bias = _parameters.GetValueOrDefault($"{name}.bias", new double[weight.Length / input.Length]);
        return [.. bias.Select((b, row) => b + Enumerable.Range(0, input.Length).Sum(i => weight[row * input.Length + i] * input[i]))];
    }

    private double[] Norm(string name, double[] x)
    {
        double[] weight = _parameters[$"{name}.weight"];
        double scale = Math.Sqrt(x.Average(value => value * value) + config.NormEps);
        return [.. x.Select((value, i) => value / scale * (config.NormsAddOne ? 1 + weight[i] : weight[i]))];
    }

    private static double[] Scaled(double[] x, double factor) => [.. x.Select(value => value * factor)];

    private static double[] Capped(double[] values, double? cap) =>
        cap is { } most ? [.. values.Select(value => most * Math.Tanh(value / most))] : values;

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
