using System.Text.Json;
using System.Text.Json.Serialization;
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
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static byte[] Write(SoundSettings settings) => JsonSerializer.SerializeToUtf8Bytes(settings, Json);

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
        JsonElement root = JsonFile.ReadObject(file);
        try
        {
            SoundSettings settings = root.Deserialize<SoundSettings>(Json)!;
            settings.Check();
            return settings;
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(
                file, "it isn't a value of this field, or the field isn't one that this version knows", JsonFile.Remedy,
                field: e.Path?.TrimStart('$', '.'), innerException: e);
        }
        catch (ArgumentException e)
        {
            throw new CheckpointFormatException(file, PlainText.MessageOf(e).TrimEnd('.'), JsonFile.Remedy, innerException: e);
        }
    }
}
