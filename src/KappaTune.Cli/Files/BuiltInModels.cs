namespace KappaTune.Cli.Files;

/// <summary>The models that come along, and the names that stand for them wherever a command takes a model.</summary>
internal static class BuiltInModels
{
    /// <summary>The one that commands use where none is named.</summary>
    public const string Default = BaseModel.Embedded;

    /// <summary>The pre-trained one that the demo tunes.</summary>
    public const string MiniLM = "minilm";

    /// <summary>For help, where a model may be named.</summary>
    public const string Help = "embedded (small, for first steps), minilm (all-MiniLM-L6-v2, Apache-2.0) "
        + "or arctic-xs (snowflake-arctic-embed-xs, Apache-2.0)";

    private const string LanguageModel = "a language model: a folder in Hugging Face layout or a .gguf file";

    private static readonly Dictionary<string, Func<string>> Places = new(StringComparer.OrdinalIgnoreCase)
    {
        [BaseModel.Embedded] = () => BaseModel.Embedded,
        [MiniLM] = () => PretrainedModels.MiniLM,
        ["arctic-xs"] = () => PretrainedModels.ArcticXs,
    };

    /// <summary>What the library takes for a name, which may write the model's files first; null for what is a path.</summary>
    /// <exception cref="FormatException">The model's files can't be written.</exception>
    public static string? Find(string name) => Contain(name) ? Places[name]() : null;

    /// <summary>
    /// How a model that is saved without its base refers to it: by name, which the library finds on every machine. Where something lies at
    /// a path of that name, the library would take that, so the reference is what <see cref="Find"/> gives. Null for what is a path.
    /// </summary>
    /// <exception cref="FormatException">The model's files can't be written.</exception>
    public static string? FindReference(string name) =>
        Contain(name) && Places.Keys.Single(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)) is var known && !Path.Exists(known)
            ? known : Find(name);

    /// <summary>What is wrong with the name of what is to be a language model, or with having none; null for nothing.</summary>
    /// <param name="option">What names it.</param>
    public static string? ProblemOfLanguageModel(string option, string? name) =>
        name is null ? $"{option}: name {LanguageModel}; none comes along."
        : Contain(name) ? $"{option}: {name} is an encoder; name {LanguageModel}."
        : null;

    /// <summary>In any case of letters, unless there is such a path.</summary>
    public static bool Contain(string name) => Places.ContainsKey(name) && (!name.Any(char.IsUpper) || !Path.Exists(name));
}
