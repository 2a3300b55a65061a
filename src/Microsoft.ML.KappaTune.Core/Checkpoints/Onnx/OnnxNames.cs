namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>Parameters' names in a graph, and what is before them where a model was exported within a module of another one.</summary>
internal static class OnnxNames
{
    public const string Weight = ".weight";
    public const string Bias = ".bias";

    private const string Words = "embeddings.word_embeddings.weight";

    private static readonly string[] Endings = [Weight, Bias, ".gamma", ".beta"];
    private static readonly string[] Bases = ["bert.", "roberta.", "distilbert."];

    /// <summary>
    /// The heads of masked language models, whose matrix is in a module of its own in Hugging Face's files, but whose bias isn't.
    /// </summary>
    private static readonly Dictionary<string, string> Decoders = new(StringComparer.Ordinal)
    {
        ["cls.predictions"] = "cls.predictions.decoder",
        ["lm_head"] = "lm_head.decoder",
    };

    /// <summary>Whether it is a parameter's name, not one that an exporter made up, such as <c>onnx::MatMul_414</c>.</summary>
    public static bool IsParameter(string name) =>
        Array.Exists(Endings, ending => name.Length > ending.Length && name.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>The module that a parameter belongs to; null for the names that exporters make up.</summary>
    public static string? ModuleOf(string name) => IsParameter(name) ? name[..name.LastIndexOf('.')] : null;

    /// <summary>
    /// The module that a node computes, by the path that PyTorch's older exporter names it with, such as
    /// <c>/encoder/layer.0/dense/MatMul</c>; null for other names.
    /// </summary>
    public static string? ModuleOfNode(string name) =>
        name.StartsWith('/') && name.LastIndexOf('/') is > 0 and var end ? name[1..end].Replace('/', '.') : null;

    /// <summary>The prefix that a module around the model puts before every name; null where there are no word embeddings.</summary>
    public static string? WrapperOf(IEnumerable<string> names)
    {
        if (names.Where(name => name.EndsWith(Words, StringComparison.Ordinal)).MinBy(name => name.Length) is not { } words)
            return null;
        string root = words[..^Words.Length];
        string? itsBase = Array.Find(Bases, one => root == one || root.EndsWith($".{one}", StringComparison.Ordinal));
        return root[..^(itsBase?.Length ?? 0)];
    }

    /// <summary>The name in Hugging Face's files.</summary>
    public static string Canonical(string name, string wrapper)
    {
        if (name.StartsWith(wrapper, StringComparison.Ordinal))
            name = name[wrapper.Length..];
        if (ModuleOf(name) is not { } module)
            return name;
        foreach ((string head, string decoder) in Decoders)
        {
            if (module == head && name.EndsWith(Weight, StringComparison.Ordinal))
                return decoder + Weight;
            if (module == decoder && name.EndsWith(Bias, StringComparison.Ordinal))
                return head + Bias;
        }

        return name;
    }
}
