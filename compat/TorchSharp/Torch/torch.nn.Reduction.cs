namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What a loss does with the losses of the elements.</summary>
        public enum Reduction : long
        {
            /// <summary>Leaves them.</summary>
            None = 0,
            /// <summary>Takes the mean.</summary>
            Mean = 1,
            /// <summary>Takes the sum.</summary>
            Sum = 2,
        }
    }
}
