// Frameworks and clients that are too large to install for the snippets, as far as these use them.

declare module 'next/headers' {
  export function cookies(): Promise<{
    get(name: string): { name: string; value: string } | undefined;
  }>;
}

declare module 'next/server' {
  export function after(task: () => unknown): void;
}

declare module 'react' {
  export function useMemo<Value>(make: () => Value, dependencies: readonly unknown[]): Value;
}

declare module '@clerk/nextjs' {
  import type { SignInProps, SignUpProps } from '@clerk/shared/types';
  export function SignUp(props: SignUpProps): JSX.Element;
  export function SignIn(props: SignInProps): JSX.Element;
}

declare module 'react-native-purchases' {
  const Purchases: {
    setAttributes(attributes: Record<string, string | null>): Promise<void>;
    setEmail(email: string | null): Promise<void>;
  };
  export default Purchases;
}

interface Handlers {
  handlers: unknown;
  auth: unknown;
}
interface AuthJsUser {
  id?: string;
  email?: string | null;
  name?: string | null;
}
declare function NextAuth(options: {
  events: { createUser(message: { user: AuthJsUser }): Promise<void> };
}): Handlers;

interface ActionFunctionArgs {
  request: Request;
}
declare function redirect(path: string): Response;

interface ExpressRequest {
  body: unknown;
  headers: { cookie?: string };
}
interface ExpressResponse {
  status(code: number): ExpressResponse;
  json(value: unknown): void;
}
declare const app: {
  post(path: string, handler: (req: ExpressRequest, res: ExpressResponse) => Promise<void>): void;
};

declare const auth0: {
  loginWithRedirect(options: { authorizationParams: Record<string, unknown> }): Promise<void>;
};

declare function Descope(props: { flowId: string; client?: Record<string, unknown> }): JSX.Element;

declare const fusionauth: {
  register(
    userId: string | undefined,
    request: {
      user: { email: string; password: string; data?: Record<string, unknown> };
      registration: { applicationId: string; data?: Record<string, unknown> };
    },
  ): Promise<unknown>;
};

declare const memberstack: {
  signupMemberEmailPassword(parameters: {
    email: string;
    password: string;
    metaData?: Record<string, unknown>;
    customFields?: Record<string, string>;
  }): Promise<unknown>;
};

declare const chargebee: {
  hostedPage: {
    checkoutNewForItems(input: {
      subscription_items: { item_price_id: string }[];
      customer?: { email?: string; meta_data?: Record<string, unknown> };
    }): Promise<unknown>;
  };
};

/** The plugin of Better Auth. */
declare function anonymous(options: {
  onLinkAccount(data: {
    newUser: { user: { id: string; email: string; name: string; createdAt: Date } };
    ctx: { headers?: Headers };
  }): Promise<void>;
}): unknown;
