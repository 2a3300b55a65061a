using System.Runtime.CompilerServices;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

/// <summary>Tiny encoders of speech in tests/Shared/SpeechEncoders, and what their authors' own code made of frames.</summary>
internal static class RecordedEncoder
{
    public const string Whisper = "whisper", Wav2Vec2 = "wav2vec2-group";

    /// <summary>The names of all.</summary>
    public static string[] Names { get; } = [Whisper, Wav2Vec2, "wav2vec2-group-stable", "wav2vec2-layer", "wav2vec2-layer-stable"];

    /// <summary>An encoder's folder, as it would be on a user's machine.</summary>
    public static string Folder(string name) => Path.GetFullPath(Path.Combine(Here(), "../../SpeechEncoders", name));

    /// <summary>A copy of it, to be changed.</summary>
    public static string Copy(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Folder(name)).Where(file => Path.GetFileName(file) != "cases.safetensors"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        return folder;
    }

    /// <summary>Rows that were recorded: frame after frame, and state after state.</summary>
    public static (float[] Frames, float[] States)[] Cases(string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Folder(name), "cases.safetensors"));
        Dictionary<string, float[]> values = file.Tensors.ToDictionary(view => view.Name, view =>
        {
            float[] its = new float[view.ElementCount];
            view.Read(0, its.AsSpan());
            return its;
        });
        string input = name == Whisper ? "frames" : "wave";
        return [.. Enumerable.Range(0, values.Count / 2).Select(i => (values[$"{input}.{i}"], values[$"states.{i}"]))];
    }

    private static string Here([CallerFilePath] string file = "") => file;
}
