namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>What has a momentum.</summary>
        public interface IMomentum
        {
            /// <summary>The part of the last step's direction that is kept.</summary>
            double Momentum { get; set; }
        }
    }
}
