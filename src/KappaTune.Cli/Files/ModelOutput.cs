namespace KappaTune.Cli.Files;

/// <summary>How a model is written, by the name of what it goes into.</summary>
internal static class ModelOutput
{
    /// <summary>A language model's file for llama.cpp and what is made of it.</summary>
    public const string Gguf = ".gguf";

    /// <summary>What messages call the files of ML.NET.</summary>
    public const string MlNetFile = ".zip or .mlnet file";

    // What Model Builder calls it and what everyone else does: one format.
    private static readonly string[] MlNetEndings = [".zip", ".mlnet"];

    // Of files that somebody may take for a model's where it is a folder.
    private static readonly string[] FileEndings = [.. MlNetEndings, Gguf, ".safetensors", ".onnx", ".bin"];

    /// <summary>The ending of an output's name, in small letters; none of what ends in a slash; null for standard output.</summary>
    public static string? EndingOf(string? output) =>
        output is null or CommandFiles.Pipe ? null
        : Path.EndsInDirectorySeparator(output) ? ""
        : Path.GetExtension(output).ToLowerInvariant();

    /// <summary>Whether it's a file that ML.NET writes and loads.</summary>
    public static bool IsMlNet(string? name) => EndingOf(name) is { } ending && MlNetEndings.Contains(ending);

    /// <summary>What is wrong with the name of a folder that a model is to go into; null for nothing.</summary>
    public static string? ProblemOfFolder(Option<string> option, string? name) =>
        EndingOf(name) is { } ending && FileEndings.Contains(ending)
            ? $"{option.Name}: {ending} is the ending of a file; name a folder."
            : null;
}
