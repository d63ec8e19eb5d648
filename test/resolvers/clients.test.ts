import { ApolloClient, ApolloLink, gql as apolloGql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client as UrqlClient, fetchExchange, subscriptionExchange } from '@urql/core';
import { buildSchema, isAbstractType, OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { readFile } from 'node:fs/promises';
import { firstValueFrom, filter as only } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { at, DISC, isCandidates, operation, picture, serve, text, upload } from './support.js';

function socketTo(url: string) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { participantId: 'ada', participantName: 'Ada' },
  });
  onTestFinished(() => client.dispose());
  return client;
}

const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));

/** Which types a fragment may meet, as Apollo's cache wants to be told. */
const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
);

describe('Apollo Client', () => {
  it('plays a session, mutations over HTTP and subscriptions over WebSocket', async () => {
    const { url } = await serve();
    const client = new ApolloClient({
      cache: new InMemoryCache({ possibleTypes }),
      link: ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socketTo(url)),
        new HttpLink({ uri: `${url}/graphql`, headers: { 'x-participant-id': 'ada' } }),
      ),
    });
    onTestFinished(() => client.stop());
    const image = await upload(url, await picture());
    const mutate = async (name: string, input: Record<string, unknown>) =>
      (await client.mutate({ mutation: apolloGql(operation(name)), variables: { input } })).data;
    const sessionId = text(await mutate('OpenSession', { image: { id: image.id } }), 'openSession.session.id');
    const events = client.subscribe({
      query: apolloGql(operation('SessionEvents')),
      variables: { sessionId, after: '0' },
    });
    const produced = firstValueFrom(events.pipe(only(({ data }) => isCandidates(data))));
    await mutate('AddPrompts', { sessionId, prompts: [{ point: DISC }] });
    expect(at((await produced).data, 'sessionEvents.event.candidates')).toHaveLength(3);
    const { data } = await client.query({ query: apolloGql(operation('SessionState')), variables: { id: sessionId } });
    expect(at(data, 'session.objects.0.prompts.0')).toMatchObject({ __typename: 'PointPrompt', ...DISC });
  });
});

describe('urql', () => {
  it('plays a session, everything over one WebSocket', async () => {
    const { url } = await serve();
    const socket = socketTo(url);
    const client = new UrqlClient({
      url: `${url}/graphql`,
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          enableAllOperations: true,
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe(
                { query, variables: variables as Record<string, unknown> },
                { ...sink, next: ({ data = null, errors }) => sink.next(errors ? { data, errors } : { data }) },
              ),
            }),
          }),
        }),
        fetchExchange,
      ],
    });
    const image = await upload(url, await picture());
    const mutate = async (name: string, input: Record<string, unknown>) => {
      const { data, error } = await client.mutation<unknown>(operation(name), { input }).toPromise();
      if (error) throw error;
      return data;
    };
    const sessionId = text(await mutate('OpenSession', { image: { id: image.id } }), 'openSession.session.id');
    const updated = new Promise((resolve) => {
      const subscription = client
        .subscription<unknown>(operation('MaskUpdates'), { sessionId })
        .subscribe(({ data }) => resolve(data));
      onTestFinished(() => subscription.unsubscribe());
    });
    await mutate('AddPrompts', { sessionId, prompts: [{ box: { x: 40, y: 50, width: 140, height: 140 } }] });
    expect(at(await updated, 'maskUpdates.candidates.0.boundingBox')).not.toBeNull();
  });
});
