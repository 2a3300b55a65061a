using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>A results file: a line of JSON for each run, to which several processes may add.</summary>
internal sealed class JsonLines<T>(string path) where T : class
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public T[] Read() => !File.Exists(path) ? [] : [.. File.ReadLines(path).Select(Parse)];

    public void Add(T result)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(result, Json), (byte)'\n'];
        while (!TryAdd(line))
            Thread.Sleep(50);
    }

    /// <summary>False while another process has the file.</summary>
    private bool TryAdd(byte[] line)
    {
        FileStream file;
        try
        {
            file = new(path, FileMode.Append, FileAccess.Write, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return false;
        }

        using (file)
            file.Write(line);
        return true;
    }

    private T Parse(string line, int place)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Json) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path}, line {place + 1}, isn't a result: {e.Message} Delete the line to do its run anew.", e);
        }
    }
}
