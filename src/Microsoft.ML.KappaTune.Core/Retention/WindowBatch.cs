namespace Microsoft.ML.KappaTune.Retention;

/// <summary>Windows as tensors, padded to the longest. They belong to the caller's dispose scope.</summary>
internal sealed class WindowBatch
{
    private readonly Tensor _places;

    public WindowBatch(MaskedWindow[] windows, int padId, Device device)
    {
        int length = windows.Max(window => window.Ids.Length);
        long[] ids = new long[windows.Length * length], mask = new long[ids.Length], types = new long[ids.Length];
        var places = new List<long>();
        var targets = new List<long>();
        var owners = new List<int>();
        Array.Fill(ids, padId);
        for (int i = 0; i < windows.Length; i++)
        {
            for (int j = 0; j < windows[i].Ids.Length; j++)
            {
                int at = i * length + j;
                (ids[at], mask[at], types[at]) = (windows[i].Ids[j], 1, windows[i].Types?[j] ?? 0);
                if (windows[i].Targets[j] < 0)
                    continue;
                places.Add(at);
                targets.Add(windows[i].Targets[j]);
                owners.Add(i);
            }
        }

        Ids = tensor(ids, [windows.Length, length], device: device);
        Mask = tensor(mask, [windows.Length, length], device: device);
        Types = windows.Any(window => window.Types is not null) ? tensor(types, [windows.Length, length], device: device) : null;
        Targets = tensor(targets.ToArray(), device: device);
        _places = tensor(places.ToArray(), device: device);
        Owners = owners;
        Count = windows.Length;
    }

    /// <summary>Token ids, [B, T].</summary>
    public Tensor Ids { get; }

    /// <summary>1 for a token, 0 for padding, [B, T].</summary>
    public Tensor Mask { get; }

    /// <summary>0 for the first text, 1 for the second, [B, T]; null where every window has one.</summary>
    public Tensor? Types { get; }

    /// <summary>The tokens to guess of all windows, [M].</summary>
    public Tensor Targets { get; }

    /// <summary>The index of the window that each of <see cref="Targets"/> belongs to.</summary>
    public IReadOnlyList<int> Owners { get; }

    /// <summary>The number of windows, B.</summary>
    public int Count { get; }

    /// <summary>The states at the places of <see cref="Targets"/>: [B, T, H] to [M, H].</summary>
    public Tensor HiddenPlaces(Tensor states) => states.flatten(0, 1).index_select(0, _places);
}
