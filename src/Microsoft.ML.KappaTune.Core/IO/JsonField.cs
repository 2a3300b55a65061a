namespace Microsoft.ML.KappaTune.IO;

/// <summary>A value of a JSON file, with its path in it for messages, such as <c>pre_tokenizer.type</c>.</summary>
internal readonly struct JsonField(string file, string path, JsonElement value)
{
    private const string Unknown = "Use a tokenizer file of a kind that this version reads, or ask for this one.";

    public string File => file;

    /// <summary>Where in the file it is, such as <c>pre_tokenizer.type</c>; empty for the whole.</summary>
    public string Path => path;

    public JsonElement Element => value;

    /// <summary>Whether a member is present, even as null.</summary>
    public bool Has(string name) => Kind == JsonValueKind.Object && value.TryGetProperty(name, out _);

    public JsonValueKind Kind => value.ValueKind;

    /// <exception cref="CheckpointFormatException">The file is unreadable, too large, not JSON, or not a JSON object.</exception>
    public static JsonField Read(string file) => new(file, "", JsonFile.ReadObject(file));

    /// <exception cref="CheckpointFormatException">The bytes are not JSON, or not a JSON object.</exception>
    public static JsonField Parse(string file, byte[] bytes) => new(file, "", JsonFile.ParseObject(file, bytes));

    /// <summary>A member; null where it is absent or null.</summary>
    public JsonField? Find(string name)
    {
        if (Kind != JsonValueKind.Object)
            throw Fault("it isn't an object");
        return value.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? At(name, member) : null;
    }

    /// <summary>A member that must be there.</summary>
    public JsonField Get(string name) => Find(name) ?? throw At(name, default).Fault("it is missing");

    public string Text() => Kind == JsonValueKind.String ? value.GetString()! : throw Fault("it isn't a string");

    /// <summary>A string of one character of the basic plane.</summary>
    public char Character() => Text() is [var c] && !char.IsSurrogate(c) ? c : throw Fault("it isn't a single character");

    public bool Flag() => Kind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Fault("it isn't true or false");

    /// <summary>A whole number from 0 to the largest int.</summary>
    public int Whole() => Kind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0
        ? number
        : throw Fault("it isn't a whole number of 0 or more");

    public int Whole(int least, int most) =>
        Kind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Fault($"it isn't a whole number from {least} to {most}");

    /// <summary>The maximum of tokens of a text; null for no limit, which files write as a number too large for an int.</summary>
    public int? MaximumTokens()
    {
        // Room for a pair of texts' four special tokens and a word.
        const int Minimum = 5;
        if (Kind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !(number >= Minimum) || number != Math.Floor(number))
            throw Fault($"it isn't a whole number of {Minimum} or more");
        return number > int.MaxValue ? null : (int)number;
    }

    public double Number() => Kind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
        ? number
        : throw Fault("it isn't a number");

    public bool Flag(string name, bool otherwise) => Find(name)?.Flag() ?? otherwise;

    public IEnumerable<JsonField> Items()
    {
        if (Kind != JsonValueKind.Array)
            throw Fault("it isn't a list");
        return Enumerate(file, path, value);

        static IEnumerable<JsonField> Enumerate(string file, string path, JsonElement list) =>
            list.EnumerateArray().Select((item, index) => new JsonField(file, $"{path}[{index}]", item));
    }

    public IEnumerable<(string Name, JsonField Value)> Members()
    {
        if (Kind != JsonValueKind.Object)
            throw Fault("it isn't an object");
        return Enumerate(this, value);

        static IEnumerable<(string Name, JsonField Value)> Enumerate(JsonField node, JsonElement members) =>
            members.EnumerateObject().Select(member => (member.Name, node.At(member.Name, member.Value)));
    }

    /// <summary>The error for a value of the wrong kind: the file is damaged.</summary>
    public CheckpointFormatException Fault(string reason) => new(file, reason, JsonFile.Remedy, field: path);

    /// <summary>The error for a member that is of the wrong kind or missing.</summary>
    public CheckpointFormatException FaultOf(string name, string reason, string remedy) =>
        new(file, reason, remedy, field: At(name, default).Path);

    /// <summary>The error for a value that may be valid but isn't supported.</summary>
    public CheckpointFormatException Refuse(string reason) => new(file, reason, Unknown, field: path);

    private JsonField At(string name, JsonElement member) => new(file, path.Length == 0 ? name : $"{path}.{name}", member);
}
