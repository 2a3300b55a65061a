namespace KappaTune.Cli.Commands;

/// <summary>Where scans are remembered.</summary>
internal sealed class CacheOptions
{
    private readonly Option<string> _cache = CommonOptions.Folder(
        "--cache", $"Folder of the scans' cache (default: {ScanOptions.DefaultCacheDirectory}).");

    private readonly Option<bool> _noCache = new("--no-cache") { Description = "Neither read nor write the cache." };

    /// <summary>Adds the options to the command.</summary>
    public CacheOptions(Command command)
    {
        command.AddOptions(_cache, _noCache);
        command.AddCheck(result =>
        {
            if (result.IsGiven(_cache) && result.IsGiven(_noCache))
                result.AddError("--cache and --no-cache exclude each other: give one.");
        });
    }

    /// <summary>The options that name folders.</summary>
    public Symbol[] Folders => [_cache];

    /// <summary>The cache's folder; null for none.</summary>
    public string? Read(ParseResult result) =>
        result.GetValue(_noCache) ? null : result.GetValue(_cache) ?? ScanOptions.DefaultCacheDirectory;
}
