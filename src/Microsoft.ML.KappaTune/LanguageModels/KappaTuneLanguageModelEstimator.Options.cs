using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

public sealed partial class KappaTuneLanguageModelEstimator
{
    /// <summary>
    /// The options of the <c>KappaTuneLanguageModel</c> estimator. Immutable; change a copy by <c>with</c>. Of those that it shares with
    /// classifiers, <see cref="TuningOptions.BaseModel"/> must name a decoder and has no default,
    /// <see cref="TuningOptions.HeadEpochs"/> must be 0 and <see cref="TuningOptions.HeadLearningRate"/> isn't used, because there is no
    /// new head; and where <see cref="TuningOptions.MaxSequenceLength"/> is null, texts have 1024 tokens at most.
    /// </summary>
    public sealed record Options : TuningOptions
    {
        /// <summary>Options with all defaults; the base model is to be named.</summary>
        public Options() => BaseModel = "";

        /// <summary>The text's column, or the prompt's where there are completions. Default: <c>Text</c>.</summary>
        [Required, Allowed("the name of a column"), IdentifiedBy("the training rows")]
        public string TextColumnName { get; init; } = "Text";

        /// <summary>
        /// The column of what completes the prompt, for which the text's column is one; a blank between both is the completion's. Only
        /// completions count in the loss then. Null for whole texts. Default: null.
        /// </summary>
        [MinLength(1), Allowed("the name of a column"), IdentifiedBy("the training rows")]
        public string? CompletionColumnName { get; init; }

        /// <summary>
        /// The column of conversations as JSON, <c>[{"role": "user", "content": "Hello"}]</c>, which the model's chat template writes. It
        /// is read instead of the text's. The loss counts the assistant's turns: what the template puts between <c>{% generation %}</c>
        /// and <c>{% endgeneration %}</c> or, where it has no such marks, what renderings of the conversation up to each turn tell. Null
        /// for none. Default: null.
        /// </summary>
        [MinLength(1), Allowed("the name of a column"), IdentifiedBy("the training rows")]
        public string? MessagesColumnName { get; init; }

        /// <summary>
        /// Whether what looks like a special token within a message is one, and not plain text: only where you trust who wrote the
        /// messages. Default: false.
        /// </summary>
        [Description("Read special tokens within messages as such, where you trust who wrote them"), IdentifiedBy("the training rows")]
        public bool SpecialTokensInMessages { get; init; }

        /// <summary>The column of the log-likelihoods of texts or completions, in nats. Default: <c>LogLikelihood</c>.</summary>
        [Required, Allowed("the name of a column"), NoEffectOnResult]
        public string LogLikelihoodColumnName { get; init; } = "LogLikelihood";

        /// <summary>The column of their perplexities. Default: <c>Perplexity</c>.</summary>
        [Required, Allowed("the name of a column"), NoEffectOnResult]
        public string PerplexityColumnName { get; init; } = "Perplexity";

        /// <summary>
        /// The column of generated texts: what the model writes after the text or the prompt, or the answer to a conversation, of which the
        /// assistant's turns at its end are left out. A text is written where the column is asked for, row by row. Null for none.
        /// Default: null.
        /// </summary>
        [MinLength(1), Allowed("the name of a column"), NoEffectOnResult]
        public string? GeneratedTextColumnName { get; init; }

        /// <summary>
        /// How texts are written, in that column and by <see cref="KappaTuneLanguageModelTransformer.Generator"/>. Null for what the base
        /// model's <c>generation_config.json</c> says. Default: null.
        /// </summary>
        [NoEffectOnResult]
        public GenerationOptions? Generation { get; init; }

        /// <summary>
        /// Whether prompts' tokens count in the loss as well as their completions'; of conversations all turns do then. Default: false.
        /// </summary>
        [Description("Count prompts in the loss as well as their completions"), IdentifiedBy("CountsPrompts")]
        public bool CountPrompts { get; init; }

        /// <summary>
        /// Whether the token that ends a text is appended to texts and completions, and counts: so the model learns to stop. In
        /// conversations the chat template ends turns. Default: true.
        /// </summary>
        [Description("Append the token that ends a text, so that the model learns to stop"), IdentifiedBy("AppendsEnd")]
        public bool AppendEndToken { get; init; } = true;

        /// <summary>
        /// Whether training texts are put together into rows as long as the longest text may be, which saves padding; a text sees nothing
        /// of the others in its row, and BatchSize counts rows. Default: false.
        /// </summary>
        [Description("Put short texts together into rows, which saves padding"), IdentifiedBy("Packs")]
        public bool Packing { get; init; }

        /// <summary>
        /// The weight in the loss of how unevenly a mixture's routers spread tokens over experts; from 0 to 1. It is the
        /// load-balancing loss of the layers that train; of a model without mixtures of experts the weight is 0. Default: 0.
        /// </summary>
        [Description("The weight in the loss of how unevenly routers spread tokens over experts"), Range(0.0, 1.0)]
        public double RouterBalance { get; init; }

        /// <summary>Which weights a saved model holds. Default: <see cref="WeightStorage.Full"/>.</summary>
        [Description("full: the .zip needs nothing else; changed: it is small, and needs the base model's folder"), NoEffectOnResult]
        public WeightStorage WeightStorage { get; init; }

        /// <summary>Data to validate on after each epoch, with the columns of the training data; null for none. Default: null.</summary>
        [IdentifiedBy("the validation rows")]
        public IDataView? ValidationSet { get; init; }

        /// <summary>
        /// Data to measure on what the model kept, as <see cref="TuningOptions.RetentionText"/>, for who has no file of it: in the column
        /// <see cref="TextColumnName"/>, a text a row, best whole paragraphs. Without RetentionText; null for none. Default: null.
        /// </summary>
        [IdentifiedBy("the control text")]
        public IDataView? RetentionSet { get; init; }

        /// <summary>
        /// Texts that the model goes on with before training and after, the likeliest token each time and 64 tokens at most, to see whether
        /// it still answers as it did: <see cref="TuningReport.Answers"/>. Best some that have nothing to do with the task. Default: none.
        /// </summary>
        [Allowed("texts that aren't empty"), NoEffectOnResult]
        public IReadOnlyList<string> RetentionPrompts { get; init; } = [];
    }
}
