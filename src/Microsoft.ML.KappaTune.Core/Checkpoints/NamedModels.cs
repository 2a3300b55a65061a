namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// Models that options name by a word instead of a path: the embedded one, and those of a package that an app may have, which this library
/// doesn't refer to.
/// </summary>
internal static class NamedModels
{
    /// <summary>The package of all but the embedded one.</summary>
    public const string Package = "Microsoft.ML.KappaTune.Models";

    // A constant, so that a trimmer keeps the type.
    private const string PackageType = $"Microsoft.ML.KappaTune.PretrainedModels, {Package}";

    // Fewer letters begin too many words.
    private const int ShortestPrefix = 3;

    private static readonly NamedModel[] Packaged =
    [
        new("minilm", "MiniLM", "all-MiniLM-L6-v2", "sentence-transformers"),
        new("arctic-xs", "ArcticXs", "snowflake-arctic-embed-xs", "Snowflake"),
    ];

    /// <summary>Whether it is a model's name, the package's in any case of letters, whatever lies at such a path.</summary>
    public static bool IsName(string text) => text == BaseModel.Embedded || Find(text) is not null;

    /// <summary>Whether it names a model: the package's unless something lies at such a path.</summary>
    public static bool Contain(string path) => IsName(path) && (path == BaseModel.Embedded || !Path.Exists(path));

    /// <summary>The folder of the model that a path names, as <see cref="FolderOfName"/> gives it; null where it names none.</summary>
    /// <exception cref="CheckpointFormatException">The app lacks the package, or the files can't be written.</exception>
    public static string? FolderOf(string path) => Contain(path) ? FolderOfName(path) : null;

    /// <summary>A named model's folder, whose files may be written first.</summary>
    /// <exception cref="CheckpointFormatException">The app lacks the package, or the files can't be written.</exception>
    public static string FolderOfName(string name)
    {
        if (name == BaseModel.Embedded)
            return EmbeddedModel.Folder;
        NamedModel model = Find(name) ?? throw new ArgumentException($"{name} is no model's name.", nameof(name));
        Type type = Type.GetType(PackageType) ?? throw new CheckpointFormatException(
            name, $"it is {model.Title} of the package {Package}, which isn't in this app",
            $"Add it: dotnet add package {Package}. Then \"{model.Name}\" in configuration and PretrainedModels.{model.Property} in code "
            + "name the model.");
        return type.GetProperty(model.Property)!.GetMethod!.CreateDelegate<Func<string>>()();
    }

    /// <summary>What to write for what is nearly a model's name, or its name elsewhere; null where it isn't.</summary>
    public static string? HintFor(string name)
    {
        if (name.Contains('.'))
            return null;
        string letters = LettersOf(name);
        if (Packaged.FirstOrDefault(model => model.IsMeantBy(letters)) is { } near)
        {
            return $"Write \"{near.Name}\" in configuration, or PretrainedModels.{near.Property} in code, for {near.Title} of the package "
                + $"{Package}.";
        }

        return IsNear(letters, BaseModel.Embedded)
            ? $"Write \"{BaseModel.Embedded}\" in configuration, or BaseModel.{nameof(BaseModel.Embedded)} in code, for the library's own."
            : null;
    }

    private static NamedModel? Find(string name) =>
        Array.Find(Packaged, model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string LettersOf(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static bool IsNear(string letters, string name) => letters.Length >= ShortestPrefix
        && (name.StartsWith(letters, StringComparison.Ordinal) || EditDistance.Find(letters, name) is not null);

    /// <param name="Name">What options call it.</param>
    /// <param name="Property">The property of the package's type that has its folder.</param>
    /// <param name="Title">What its authors call it.</param>
    /// <param name="Owner">Its authors on the Hugging Face hub.</param>
    private sealed record NamedModel(string Name, string Property, string Title, string Owner)
    {
        /// <summary>Whether it is the name, nearly, or all of the title: a title that differs by a letter is another model's.</summary>
        public bool IsMeantBy(string letters) =>
            IsNear(letters, LettersOf(Name)) || letters == LettersOf(Title) || letters == LettersOf(Owner + Title);
    }
}
