using System.Text.RegularExpressions;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Speech;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>
/// A model as a folder in Hugging Face layout. It is read as a new folder would be: files of another model are replaced or go. Files that
/// aren't a model's stay.
/// </summary>
internal static partial class ModelFolder
{
    // Which weights there are, how they are quantised, how a sentence encoder makes vectors, and how recordings become frames: of another
    // model, each would be obeyed.
    private static readonly string[] OfOthers =
    [
        ShardIndex.FileName, .. QuantizationFields.Files.Select(file => file.Name), SentenceModules.FileName, PoolingConfig.FileName,
        SentenceEncoderFields.SettingsFile, SentenceEncoderFields.EncoderFile, SoundFile.Name,
    ];

    /// <param name="folder">The folder, made where there is none.</param>
    /// <param name="classNames">A classifier's classes; null for other models.</param>
    /// <param name="generation">How it writes; null where nothing says it.</param>
    /// <param name="words">What <see cref="LabelWordFile"/> has; null where classes aren't words.</param>
    public static void Write(
        string folder, TextModel model, TokenizerFiles tokenizer, IReadOnlyList<string>? classNames = null,
        GenerationFiles? generation = null, byte[]? words = null)
    {
        if (model is FusedModel fused)
        {
            FusionFiles.SaveFolder(folder, fused, fused.Decoder.WordEmbeddings.dtype);
        }
        else
        {
            ModelWriter.SaveFolder(folder, model, classNames, model.Stack.WordEmbeddings.dtype);
            FusionFiles.RemoveFrom(folder);
        }

        tokenizer.WriteTo(folder);
        (generation ?? GenerationFiles.None).WriteTo(folder);
        LabelWordFile.WriteTo(folder, words);
        // It would be put on its own base, in place of this model.
        LoraAdapters.RemoveFrom(folder);
        foreach (string file in OfOthers.Select(name => Path.Combine(folder, name)).Where(File.Exists))
            File.Delete(file);
        foreach (string file in Directory.GetFiles(folder).Where(file => Shard().IsMatch(Path.GetFileName(file))))
            File.Delete(file);
    }

    [GeneratedRegex(@"\Amodel-[0-9]{5}-of-[0-9]{5}\.safetensors\z")]
    private static partial Regex Shard();
}
