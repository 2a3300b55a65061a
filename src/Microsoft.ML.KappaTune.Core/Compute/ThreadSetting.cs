using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>So many threads for the tensor library until it is disposed; 0 for all cores, of which its own default may be half.</summary>
internal readonly ref struct ThreadSetting
{
    private readonly int _before;

    public ThreadSetting(int threads)
    {
        TensorLibrary.Require();
        _before = torch.get_num_threads();
        torch.set_num_threads(CountOf(threads));
    }

    public static int CountOf(int threads) => threads > 0 ? threads : Environment.ProcessorCount;

    public void Dispose() => torch.set_num_threads(_before);
}
