using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune;

public sealed partial class KappaTuneEmbeddingEstimator
{
    /// <summary>
    /// How texts become vectors. Immutable; change a copy by <c>with</c>. Checked when the estimator is made: a value out of range is an
    /// <see cref="ArgumentException"/> that names the property, the value and what is allowed.
    /// </summary>
    public sealed record Options
    {
        /// <summary>
        /// The model: a folder in Hugging Face layout, tuned or not, with weights as safetensors or as an encoder's ONNX model, such as
        /// those of <c>PretrainedModels</c> in the package Microsoft.ML.KappaTune.Models (if the app has that package, <c>minilm</c> and
        /// <c>arctic-xs</c> name them); a GGUF file; the <c>.zip</c> of a tuned model; or <see cref="BaseModel.Embedded"/>. Required.
        /// </summary>
        [Allowed("a model's folder, .gguf or .zip file")]
        public string Model { get; init; } = "";

        /// <summary>The vectors' column: as many numbers as the model's states have. Default: <c>Features</c>.</summary>
        [Required, Allowed("the name of a column")]
        public string OutputColumnName { get; init; } = "Features";

        /// <summary>The text's column. Default: <c>Text</c>.</summary>
        [Required, Allowed("the name of a column")]
        public string InputColumnName { get; init; } = "Text";

        /// <summary>
        /// How tokens become one vector. Null: what 1_Pooling/config.json in the model's folder says, or its GGUF file; where they don't,
        /// as for a model that was tuned to classify, <see cref="EmbeddingPooling.Mean"/>. A sentence encoder with further modules that
        /// change vectors, such as a dense layer, is an error then; with a pooling that is named here, vectors are those before such
        /// modules. Default: null.
        /// </summary>
        public EmbeddingPooling? Pooling { get; init; }

        /// <summary>
        /// Whether vectors have a length of 1, so that their product is the cosine, whatever the model's folder says of it. Default: true.
        /// </summary>
        public bool Normalize { get; init; } = true;

        /// <summary>
        /// Tokens of the longest text, special tokens included, 4 or more; what is longer is cut. Null: as many as
        /// sentence_bert_config.json in the model's folder says or, where there is no such file, its tokenizer's files as model_max_length;
        /// never more than the model has positions. Default: null.
        /// </summary>
        [Range(EncodedText.ShortestSequence, int.MaxValue)]
        public int? MaxSequenceLength { get; init; }

        /// <summary>Rows a forward pass, at most; 1 or more. Long texts make it fewer. Default: 128.</summary>
        [Range(1, int.MaxValue)]
        public int BatchSize { get; init; } = 128;

        /// <summary>
        /// Where the model computes: <c>auto</c> (the first GPU, where there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>. A model
        /// that is loaded where there is no such device computes on the CPU. Default: <c>auto</c>.
        /// </summary>
        [Allowed("auto, cpu, cuda or cuda:0")]
        public string Device { get; init; } = "auto";

        /// <summary>
        /// Whether to go on with a model whose embeddings of the padding token are NaN or infinite, as resizing a vocabulary may leave
        /// them: that row is zero then. No text's result depends on it, as attention leaves padding out. Other values that aren't finite
        /// are errors all the same, and a row that is finite stays as it is. Default: false, an error that names the tensor and the value.
        /// </summary>
        public bool ZeroPaddingRow { get; init; }

        /// <summary>Threads of the tensor library where many rows are computed at once, 1 or more; 0 for all cores. Default: 0.</summary>
        [Range(0, int.MaxValue)]
        public int Threads { get; init; }
    }
}
