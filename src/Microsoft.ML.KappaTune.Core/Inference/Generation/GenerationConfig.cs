namespace Microsoft.ML.KappaTune.Inference;

/// <summary>How a model's own files say that it writes: <c>generation_config.json</c>, and the end tokens of <c>config.json</c>.</summary>
/// <param name="Options">What the file asks for; the defaults where there is none.</param>
/// <param name="EndTokens">The ids of which each ends a text.</param>
internal sealed record GenerationConfig(GenerationOptions Options, IReadOnlyList<int> EndTokens)
{
    public const string EndTokensField = "eos_token_id";

    /// <param name="file">What the file holds; null for none.</param>
    /// <param name="modelEndTokens">Those of <c>config.json</c>, which the file's come before.</param>
    /// <exception cref="CheckpointFormatException">A field is wrong, or asks for what isn't supported.</exception>
    public static GenerationConfig Read(JsonField? file, IReadOnlyList<int> modelEndTokens)
    {
        if (file is not { } root)
            return new(new GenerationOptions(), modelEndTokens);
        GenerationConfigFields.Generating.Check(root.File, root.Element);
        return new(ReadOptions(root), ReadEndTokens(root, modelEndTokens));
    }

    /// <summary>The tokens of which each ends a text, whatever else the file says.</summary>
    /// <exception cref="CheckpointFormatException">They aren't ids.</exception>
    public static IReadOnlyList<int> ReadEndTokens(JsonField? file, IReadOnlyList<int> modelEndTokens) =>
        file?.Find(EndTokensField) is { } end ? ReadIds(end) : modelEndTokens;

    private static GenerationOptions ReadOptions(JsonField root)
    {
        var options = new GenerationOptions();
        bool draws = root.Flag("do_sample", otherwise: false);
        return options with
        {
            MaxTokens = Find(root, "max_new_tokens", field => field.Whole(1, int.MaxValue)) ?? options.MaxTokens,
            // Where nothing is drawn, the rest isn't looked at; where it is, these are transformers' defaults.
            Temperature = draws ? Find(root, "temperature", field => Number(field, 0, double.MaxValue)) ?? 1 : 0,
            TopK = draws ? Find(root, "top_k", field => field.Whole()) ?? 50 : 0,
            TopP = draws ? Find(root, "top_p", field => Number(field, double.Epsilon, 1)) ?? 1 : 1,
            MinP = draws ? Find(root, "min_p", field => Number(field, 0, 1)) ?? 0 : 0,
            RepetitionPenalty = Find(root, "repetition_penalty", field => Number(field, double.Epsilon, double.MaxValue)) ?? 1,
            Stop = root.Find("stop_strings") is { } stop ? ReadTexts(stop) : [],
        };
    }

    private static T? Find<T>(JsonField root, string name, Func<JsonField, T> read) where T : struct =>
        root.Find(name) is { } field ? read(field) : null;

    private static double Number(JsonField field, double least, double most) =>
        field.Number() is var number && number >= least && number <= most ? number : throw field.Fault("it is out of its range");

    private static int[] ReadIds(JsonField field) =>
        field.Kind == JsonValueKind.Array ? [.. field.Items().Select(id => id.Whole())] : [field.Whole()];

    private static string[] ReadTexts(JsonField field) =>
        field.Kind == JsonValueKind.Array ? [.. field.Items().Select(text => text.Text())] : [field.Text()];
}
