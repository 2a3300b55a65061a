using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>
/// How a model's recordings become frames, as a file beside its others. Frames that are made otherwise are none that it knows.
/// </summary>
internal static class SoundFile
{
    public const string Name = "sound.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static byte[] Write(SoundSettings settings) => JsonSerializer.SerializeToUtf8Bytes(settings, Json);

    /// <summary>Removes from a folder, which is there, what another model heard by: this file, encoder and projector.</summary>
    public static void RemoveHearingFrom(string folder)
    {
        FusionFiles.RemoveFrom(folder);
        File.Delete(Path.Combine(folder, Name));
    }

    /// <summary>What a folder's file says; null where it has none.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged, or of a later version.</exception>
    public static SoundSettings? Find(string folder)
    {
        string file = Path.Combine(folder, Name);
        return File.Exists(file) ? Read(file) : null;
    }

    /// <exception cref="CheckpointFormatException">The file is damaged, or of a later version.</exception>
    public static SoundSettings Read(string file)
    {
        var root = JsonField.Read(file);
        RequireAll(root, typeof(SoundSettings));
        if (root.Find("sound") is { } sound)
            RequireAll(sound, typeof(LogMelOptions));
        try
        {
            SoundSettings settings = root.Element.Deserialize<SoundSettings>(Json)!;
            settings.Check();
            return settings;
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(
                file, "it isn't a value of this field", JsonFile.Remedy, field: e.Path?.TrimStart('$', '.'), innerException: e);
        }
        catch (ArgumentException e)
        {
            throw new CheckpointFormatException(file, PlainText.MessageOf(e).TrimEnd('.'), JsonFile.Remedy, innerException: e);
        }
    }

    /// <summary>Requires the fields that are written, and no others: a default for one that isn't there might make other frames.</summary>
    private static void RequireAll(JsonField fields, Type type)
    {
        string[] known = [.. type.GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];
        string[] names = [.. fields.Members().Select(member => member.Name)];
        if (Array.Find(names, name => !known.Contains(name)) is { } unknown)
            throw fields.FaultOf(unknown, "this version doesn't know it", "Use the version that wrote the model, or a later one.");
        if (Array.Find(known, name => !names.Contains(name)) is { } missing)
            throw fields.FaultOf(missing, "it is missing", JsonFile.Remedy);
    }
}
