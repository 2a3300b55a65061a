using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>What a run makes.</summary>
/// <param name="Model">The tuned model, in evaluation mode; its weights hold what adapters learnt. The receiver disposes it.</param>
/// <param name="Files">The files that the tokenizer was made from.</param>
/// <param name="MaxTokens">Tokens of the longest text, special ones included.</param>
/// <param name="TrainedTensors">The canonical names of every tensor that may differ from the base: selected ones and a new head's.</param>
/// <param name="Adapters">The adapters, apart from the model, where the method was LoRA.</param>
internal sealed record TuningOutcome<TModel>(
    TModel Model, HuggingFaceTokenizer Tokenizer, TokenizerFiles Files, int MaxTokens, Device Device, TuningReport Report,
    IReadOnlyList<string> TrainedTensors, LoraAdapters? Adapters)
    where TModel : TextModel;
