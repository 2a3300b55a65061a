using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>
/// The published architectures in plain loops over one text without padding, straight from their papers and with names of its own:
/// what the real implementation must compute, with nothing in common but the parameters' values.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly Dictionary<string, double[]> _parameters;
    private readonly EncoderConfig _config;
    private readonly bool _isDistilled, _isRoberta;
    private readonly string _prefix;

    public ReferenceModel(nn.Module module, EncoderConfig config)
    {
        _parameters = module.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().data<double>().ToArray());
        _config = config;
        _isDistilled = config.Family == ModelFamilies.DistilBert;
        _isRoberta = config.Family == ModelFamilies.Roberta || config.Family == ModelFamilies.XlmRoberta;
        _prefix = _isDistilled ? "distilbert." : _isRoberta ? "roberta." : "bert.";
    }

    /// <summary>The last layer's states, a row a token.</summary>
    public double[][] Encode(long[] ids, long[] types)
    {
        double[][] states = [.. ids.Select((id, i) => Embedding((int)id, i, (int)types[i]))];
        for (int layer = 0; layer < _config.LayerCount; layer++)
            states = Layer(layer, states);
        return states;
    }

    public double[] ClassLogits(double[][] states)
    {
        double[] features = Linear(_isDistilled ? "pre_classifier" : _isRoberta ? "classifier.dense" : "bert.pooler.dense", states[0]);
        features = [.. features.Select(x => _isDistilled ? Math.Max(x, 0) : Math.Tanh(x))];
        return Linear(_isRoberta ? "classifier.out_proj" : "classifier", features);
    }

    public double[] TokenLogits(double[] state)
    {
        (string dense, string norm, string bias) = _isDistilled ? ("vocab_transform", "vocab_layer_norm", "vocab_projector.bias")
            : _isRoberta ? ("lm_head.dense", "lm_head.layer_norm", "lm_head.bias")
            : ("cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.bias");
        double[] inner = Norm(norm, [.. Linear(dense, state).Select(x => Activate(_isRoberta ? "gelu" : _config.Activation, x))]);
        double[] words = _parameters[$"{_prefix}embeddings.word_embeddings.weight"], biases = _parameters[bias];
        return [.. Enumerable.Range(0, _config.VocabularySize).Select(token =>
            biases[token] + Enumerable.Range(0, inner.Length).Sum(i => words[token * inner.Length + i] * inner[i]))];
    }

    private double[] Embedding(int id, int position, int type)
    {
        int size = _config.HiddenSize;
        double[] words = _parameters[$"{_prefix}embeddings.word_embeddings.weight"];
        double[] positions = _parameters[$"{_prefix}embeddings.position_embeddings.weight"];
        int first = _isRoberta ? _config.PadTokenId + 1 : 0;
        var sum = new double[size];
        for (int i = 0; i < size; i++)
        {
            sum[i] = words[id * size + i] + positions[(first + position) * size + i];
            if (!_isDistilled)
                sum[i] += _parameters[$"{_prefix}embeddings.token_type_embeddings.weight"][type * size + i];
        }

        return Norm($"{_prefix}embeddings.LayerNorm", sum);
    }

    private double[][] Layer(int layer, double[][] states)
    {
        string path = $"{_prefix}{(_isDistilled ? "transformer" : "encoder")}.layer.{layer}.";
        string[] names = _isDistilled
            ?
            [
                "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm",
                "ffn.lin1", "ffn.lin2", "output_layer_norm",
            ]
            :
            [
                "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
                "attention.output.LayerNorm",
                "intermediate.dense", "output.dense", "output.LayerNorm",
            ];
        double[][] query = Each(0, states), key = Each(1, states), value = Each(2, states);
        var output = new double[states.Length][];
        for (int t = 0; t < states.Length; t++)
        {
            double[] attended = Linear(path + names[3], Attend(query[t], key, value));
            double[] middle = Norm(path + names[4], Sum(attended, states[t]));
            double[] inner = [.. Linear(path + names[5], middle).Select(x => Activate(_config.Activation, x))];
            output[t] = Norm(path + names[7], Sum(Linear(path + names[6], inner), middle));
        }

        return output;

        double[][] Each(int name, double[][] rows) => [.. rows.Select(row => Linear(path + names[name], row))];
    }

    private double[] Attend(double[] query, double[][] keys, double[][] values)
    {
        int size = _config.HiddenSize / _config.HeadCount;
        var context = new double[_config.HiddenSize];
        for (int head = 0; head < _config.HeadCount; head++)
        {
            int begin = head * size;
            double[] scores = [.. keys.Select(key => Enumerable.Range(begin, size).Sum(i => query[i] * key[i]) / Math.Sqrt(size))];
            double[] weights = [.. scores.Select(score => Math.Exp(score - scores.Max()))];
            for (int i = begin; i < begin + size; i++)
                context[i] = Enumerable.Range(0, keys.Length).Sum(t => weights[t] * values[t][i]) / weights.Sum();
        }

        return context;
    }

    private double[] Linear(string name, double[] input)
    {
        double[] weight = _parameters[$"{name}.weight"], bias = _parameters[$"{name}.bias"];
        return [.. bias.Select((b, row) => b + Enumerable.Range(0, input.Length).Sum(i => weight[row * input.Length + i] * input[i]))];
    }

    private double[] Norm(string name, double[] x)
    {
        double mean = x.Average(), variance = x.Average(value => (value - mean) * (value - mean));
        double[] weight = _parameters[$"{name}.weight"], bias = _parameters[$"{name}.bias"];
        return [.. x.Select((value, i) => (value - mean) / Math.Sqrt(variance + _config.LayerNormEps) * weight[i] + bias[i])];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    public static double Activate(string name, double x) => name switch
    {
        "gelu" => x * (1 + Erf(x / Math.Sqrt(2))) / 2,
        "gelu_new" or "gelu_pytorch_tanh" => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2,
        "relu" => Math.Max(x, 0),
        "silu" or "swish" => x / (1 + Math.Exp(-x)),
        "tanh" => Math.Tanh(x),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <summary>2/√π·e^(-x²)·Σ 2ⁿx^(2n+1)/(2n+1)!!: all terms of one sign, so nothing is lost.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
