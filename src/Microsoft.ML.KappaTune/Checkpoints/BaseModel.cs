namespace Microsoft.ML.KappaTune;

/// <summary>Base models that need no folder of their own.</summary>
public static class BaseModel
{
    /// <summary>
    /// The small English encoder that comes with this library, wherever a base model's folder can be named. Its files are written into the
    /// user's cache folder (<see cref="ScanOptions.DefaultCacheDirectory"/>) when it is first used. A folder of that name is <c>./embedded</c>.
    /// </summary>
    public const string Embedded = "embedded";
}
