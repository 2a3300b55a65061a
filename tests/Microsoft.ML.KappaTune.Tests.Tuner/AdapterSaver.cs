using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

/// <summary>
/// Saves two adapters in turn into one folder, for ever: of one rank, so that either's weights fit the other's configuration. What is in
/// the tensors tells which it is: alpha is 4 and all values are 1, or alpha is 8 and they are 2.
/// </summary>
internal static class AdapterSaver
{
    public static void Run(string folder)
    {
        var config = new EncoderConfig
        {
            Family = ModelFamilies.Bert,
            VocabularySize = 40,
            HiddenSize = 16,
            LayerCount = 2,
            HeadCount = 2,
            IntermediateSize = 24,
            MaxTokens = 12,
            TypeVocabularySize = 2,
        };
        using SequenceClassifier model = SequenceClassifier.Create(config, 3, seed: 1);
        using var mode = no_grad();
        for (long turn = 0; ; turn++)
        {
            double factor = 1 + turn % 2;
            using LoraAdapters adapters = LoraAdapters.Attach(
                model, ["bert.encoder.layer.0.attention.self.query.weight"], TuningMethod.Lora(2, alpha: 4 * factor), seed: 1);
            foreach ((_, var parameter) in adapters.Parameters)
                parameter.fill_(factor);
            adapters.Save(folder, null, []);
            if (turn == 1)
                Console.Out.WriteLine("saved both");
        }
    }
}
