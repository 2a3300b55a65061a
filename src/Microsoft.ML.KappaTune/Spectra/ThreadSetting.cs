using TorchSharp;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>So many threads for the tensor library until it is disposed; 0 leaves the number as it is.</summary>
internal readonly ref struct ThreadSetting
{
    private readonly int _before;

    public ThreadSetting(int threads)
    {
        if (threads == 0)
            return;
        _before = torch.get_num_threads();
        torch.set_num_threads(threads);
    }

    public void Dispose()
    {
        if (_before > 0)
            torch.set_num_threads(_before);
    }
}
